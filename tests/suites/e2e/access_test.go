package e2e_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// servers are the pods of a tenant that answer requests.
func (p platform) servers(ctx context.Context, tenant string) ([]corev1.Pod, error) {
	list, err := p.client.CoreV1().Pods(tenant).List(ctx, selector)
	if err != nil {
		return nil, err
	}
	return list.Items, nil
}

// readyServer is one of a tenant's that requests are sent to.
func (p platform) readyServer(ctx context.Context, tenant string) (corev1.Pod, error) {
	servers, err := p.servers(ctx, tenant)
	if err != nil {
		return corev1.Pod{}, err
	}
	for _, pod := range servers {
		if pod.DeletionTimestamp == nil && slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
			return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
		}) {
			return pod, nil
		}
	}
	return corev1.Pod{}, errors.New(tenant + " has no ready server")
}

// asAccount is a client with a token of the account that a tenant's pods have. From
// inside the way to the API server is closed, as checkIsolation sees.
func (p platform) asAccount(ctx context.Context, tenant string) (kubernetes.Interface, error) {
	token, err := p.client.CoreV1().ServiceAccounts(tenant).CreateToken(ctx, "workload", &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	config := rest.AnonymousClientConfig(p.config)
	config.BearerToken = token.Status.Token
	return kubernetes.NewForConfig(config)
}

// checkRBAC asks the API server as the account of a tenant.
func (p platform) checkRBAC(ctx context.Context) error {
	return each(func(tenant string) error {
		account, err := p.asAccount(ctx, tenant)
		if err != nil {
			return err
		}
		core, other := account.CoreV1(), neighbours()[tenant]
		got := map[string]string{}
		note := func(question string, err error) { got[question] = answerOf(err) }
		_, err = core.ConfigMaps(tenant).Get(ctx, "inference", metav1.GetOptions{})
		note("own configuration", err)
		_, err = core.Secrets(tenant).Get(ctx, "credentials", metav1.GetOptions{})
		note("own credentials", err)
		_, err = core.Secrets(tenant).List(ctx, metav1.ListOptions{})
		note("own secrets", err)
		_, err = core.Pods(tenant).List(ctx, metav1.ListOptions{})
		note("own pods", err)
		_, err = core.ConfigMaps(other).Get(ctx, "inference", metav1.GetOptions{})
		note("configuration of another", err)
		_, err = core.Secrets(other).List(ctx, metav1.ListOptions{})
		note("secrets of another", err)
		_, err = core.Secrets("object-store").List(ctx, metav1.ListOptions{})
		note("secrets of the store", err)
		_, err = core.Nodes().List(ctx, metav1.ListOptions{})
		note("nodes", err)
		return equal(map[string]string{
			"own configuration": "ok", "own credentials": "Forbidden", "own secrets": "Forbidden", "own pods": "Forbidden",
			"configuration of another": "Forbidden", "secrets of another": "Forbidden", "secrets of the store": "Forbidden", "nodes": "Forbidden",
		}, got)
	})
}

func answerOf(err error) string {
	if err == nil {
		return "ok"
	}
	return string(apierrors.ReasonForError(err))
}

// checkAdmission asks for a pod that Pod Security does not allow. Nothing is made.
func (p platform) checkAdmission(ctx context.Context) error {
	return each(func(tenant string) error {
		pod, yes := strictPod("inside"), true
		pod.Spec.HostNetwork, pod.Spec.Containers[0].SecurityContext.Privileged = true, &yes
		pod.Spec.Containers[0].SecurityContext.AllowPrivilegeEscalation = &yes
		_, err := p.client.CoreV1().Pods(tenant).Create(ctx, pod, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		_, reason, _ := strings.Cut(fmt.Sprint(err), "is forbidden: ")
		reason, _, _ = strings.Cut(reason, " (")
		return equal(`violates PodSecurity "restricted:latest": host namespaces`, reason)
	})
}

// checkQuota asks for more than a tenant may have. Nothing is made.
func (p platform) checkQuota(ctx context.Context) error {
	return each(func(tenant string) error {
		tried := metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}
		pod, much := strictPod("inside"), corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("50"), corev1.ResourceMemory: resource.MustParse("64Mi")}
		pod.Spec.Containers[0].Resources = corev1.ResourceRequirements{Requests: much, Limits: much}
		_, podErr := p.client.CoreV1().Pods(tenant).Create(ctx, pod, tried)
		_, claimErr := p.client.CoreV1().PersistentVolumeClaims(tenant).Create(ctx, &corev1.PersistentVolumeClaim{
			ObjectMeta: metav1.ObjectMeta{Name: "e2e"},
			Spec: corev1.PersistentVolumeClaimSpec{
				AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
				Resources:   corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Ti")}},
			},
		}, tried)
		return equal([]string{
			"exceeded quota: tenant, requested: limits.cpu=50,requests.cpu=50",
			"maximum storage usage per PersistentVolumeClaim is 100Gi, but request is 1Ti",
		}, []string{refusal(podErr), refusal(claimErr)})
	})
}

// refusal is why the API server refuses, without the numbers of the moment.
func refusal(err error) string {
	_, reason, _ := strings.Cut(fmt.Sprint(err), "is forbidden: ")
	reason, _, _ = strings.Cut(reason, ", used: ")
	return reason
}

// checkAutoscaler finds what the autoscalers act on, and whether they can.
func (p platform) checkAutoscaler(ctx context.Context) error {
	got := map[string]string{}
	for tenant := range questions() {
		scaler, err := p.client.AutoscalingV2().HorizontalPodAutoscalers(tenant).Get(ctx, "inference", metav1.GetOptions{})
		if err != nil {
			return err
		}
		active := map[autoscalingv2.HorizontalPodAutoscalerConditionType]corev1.ConditionStatus{}
		for _, condition := range scaler.Status.Conditions {
			active[condition.Type] = condition.Status
		}
		target := scaler.Spec.ScaleTargetRef
		got[tenant] = fmt.Sprintf("%s %s, able %s, active %s", target.Kind, target.Name, active[autoscalingv2.AbleToScale], active[autoscalingv2.ScalingActive])
	}
	const right = "Deployment inference, able True, active True"
	return equal(map[string]string{"tenant-a": right, "tenant-b": right}, got)
}

// checkBudget reads how many servers may go at once. TestPlatform's drain sees it kept.
func (p platform) checkBudget(ctx context.Context) error {
	got := map[string]string{}
	for tenant := range questions() {
		budget, err := p.client.PolicyV1().PodDisruptionBudgets(tenant).Get(ctx, "inference", metav1.GetOptions{})
		if err != nil {
			return err
		}
		s := budget.Status
		got[tenant] = fmt.Sprintf("%d may go, %d stay", s.DisruptionsAllowed, s.CurrentHealthy-s.DisruptionsAllowed)
	}
	return equal(map[string]string{"tenant-a": "1 may go, 1 stay", "tenant-b": "1 may go, 0 stay"}, got)
}

// logLine is what the server writes of a request.
type logLine struct {
	Level     string `json:"level"`
	Message   string `json:"msg"`
	Service   string `json:"service"`
	Tenant    string `json:"tenant"`
	RequestID string `json:"request_id"`
	Method    string `json:"method"`
	Path      string `json:"path"`
	Code      int    `json:"code"`
}

// checkLogs sends a request with an id to a server and finds its line with kubectl's
// means, as docs/logs.md says of a platform on this machine.
func (p platform) checkLogs(ctx context.Context) error {
	return each(func(tenant string) error {
		server, err := p.readyServer(ctx, tenant)
		if err != nil {
			return err
		}
		id := "e2e-" + rand.Text()
		if _, err := post(&http.Client{Transport: p.inside, Timeout: askLimit}, "http://"+server.Status.PodIP+":8080", questions()[tenant][0], id); err != nil {
			return err
		}
		text, err := p.client.CoreV1().Pods(tenant).GetLogs(server.Name, &corev1.PodLogOptions{}).DoRaw(ctx)
		if err != nil {
			return err
		}
		var found []logLine
		for _, line := range lines(string(text)) {
			var read logLine
			if strings.Contains(line, id) && json.Unmarshal([]byte(line), &read) == nil {
				found = append(found, read)
			}
		}
		return equal([]logLine{{
			Level: "INFO", Message: "request", Service: "inference", Tenant: tenant, RequestID: id, Method: "POST", Path: "/predict", Code: 200,
		}}, found)
	})
}
