package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/mlops-iac/mlops/components/monitoring/rules"
)

const (
	// webhook is where the suite takes alerts, in the network of the nodes.
	webhook = "203.0.113.10:9000"
	// crashing is a pod of tenant-a whose container ends as soon as it has begun.
	crashing = "crashing"
	// monitors is the namespace of what watches the platform.
	monitors = "monitoring"
	// alertLimit is two minutes for an alert beyond the minutes it waits by itself.
	alertLimit = 5 * time.Minute
)

// alarm is what tells one alert of tenants from another.
type alarm struct {
	Name      string         `json:"alertname"`
	Severity  rules.Severity `json:"severity"`
	Tenant    string         `json:"tenant"`
	Pod       string         `json:"pod"`
	Container string         `json:"container"`
}

// inbox is what Alertmanager has sent.
type inbox struct {
	mu     sync.Mutex
	alarms []alarm
}

// ServeHTTP takes what Alertmanager sends to a webhook.
func (i *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var message struct {
		Alerts []struct {
			Labels alarm `json:"labels"`
		} `json:"alerts"`
	}
	if err := json.NewDecoder(r.Body).Decode(&message); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, alert := range message.Alerts {
		if !slices.Contains(i.alarms, alert.Labels) {
			i.alarms = append(i.alarms, alert.Labels)
		}
	}
}

// named are the alarms of one name.
func (i *inbox) named(name string) []alarm {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(i.alarms), func(a alarm) bool { return a.Name != name })
}

// receiveAlerts adds a webhook to Alertmanager's configuration, which is the program's.
func (p platform) receiveAlerts(t *testing.T) *inbox {
	t.Helper()
	received := &inbox{}
	server := &http.Server{Handler: received, ReadHeaderTimeout: time.Minute}
	listener := p.listen(t, webhook)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })

	secrets := p.client.CoreV1().Secrets(monitors)
	secret, err := secrets.Get(t.Context(), "alertmanager-config", metav1.GetOptions{})
	require.NoError(t, err)
	secret.Data["alertmanager.yaml"] = withWebhook(t, secret.Data["alertmanager.yaml"])
	_, err = secrets.Update(t.Context(), secret, metav1.UpdateOptions{})
	require.NoError(t, err)
	return received
}

// withWebhook is a configuration with one more receiver, of all that is not just information.
func withWebhook(t *testing.T, text []byte) []byte {
	t.Helper()
	var config map[string]any
	require.NoError(t, yaml.Unmarshal(text, &config))
	route, receivers := inner(config, "route"), config["receivers"].([]any)
	routes, _ := route["routes"].([]any)
	route["routes"] = append(routes, map[string]any{"receiver": "suite", "matchers": []string{`severity != "info"`}, "continue": true})
	config["receivers"] = append(receivers, map[string]any{
		"name": "suite", "webhook_configs": []any{map[string]any{"url": "http://" + webhook}},
	})
	changed, err := yaml.Marshal(config)
	require.NoError(t, err)
	return changed
}

// startCrashing puts the pod where no drain reaches it.
func (p platform) startCrashing(t *testing.T) {
	t.Helper()
	pod := strictPod("crash") // the probe knows no such word
	pod.ObjectMeta = metav1.ObjectMeta{Name: crashing}
	pod.Spec.RestartPolicy, pod.Spec.NodeName = corev1.RestartPolicyAlways, p.nodeWithStore(t)
	_, err := p.client.CoreV1().Pods("tenant-a").Create(t.Context(), pod, metav1.CreateOptions{})
	require.NoError(t, err)
}

// testCrashing waits until Prometheus has seen the container crash as often as the
// alert asks for, and takes the pod away: what was is an alert for ten minutes.
func (p platform) testCrashing(t *testing.T) {
	eventually(t, alertLimit, func() error {
		seen, err := p.prometheus().Instant(t.Context(), fmt.Sprintf("ALERTS{alertname=%q}", rules.PodRestarts), time.Now())
		if err != nil || len(seen) > 0 {
			return err
		}
		pod, err := p.client.CoreV1().Pods("tenant-a").Get(t.Context(), crashing, metav1.GetOptions{})
		if err != nil {
			return err
		}
		return fmt.Errorf("no alert is pending or fires: %+v", pod.Status.ContainerStatuses)
	})
	now := int64(0)
	require.NoError(t, p.client.CoreV1().Pods("tenant-a").Delete(t.Context(), crashing, metav1.DeleteOptions{GracePeriodSeconds: &now}))
}

// testAlert finds the alert where Alertmanager has sent it, and no other of its name.
func (p platform) testAlert(t *testing.T, received *inbox) {
	eventually(t, alertLimit, func() error {
		return equal([]alarm{{
			Name: rules.PodRestarts, Severity: rules.Critical, Tenant: "tenant-a", Pod: crashing, Container: "probe",
		}}, received.named(rules.PodRestarts))
	})
}
