package local

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/mlops-iac/mlops/internal/workbench/load"
)

const checkout = "../../.."

// served is a tenant that runs an image, with a kind of model or none.
func served(name, image, kind string) []runtime.Object {
	at := metav1.ObjectMeta{Name: "inference", Namespace: name}
	reference := corev1.LocalObjectReference{Name: "inference"}
	return []runtime.Object{
		&appsv1.Deployment{ObjectMeta: at, Spec: appsv1.DeploymentSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
			Containers: []corev1.Container{{Image: image, EnvFrom: []corev1.EnvFromSource{{ConfigMapRef: &corev1.ConfigMapEnvSource{LocalObjectReference: reference}}}}},
		}}}},
		&corev1.ConfigMap{ObjectMeta: at, Data: map[string]string{"MODEL_KIND": kind}},
	}
}

const (
	ours          = "mlops.local/inference:1.0.0"
	aboutKettle   = `{"text":"I love this kettle and use it every morning"}`
	aboutAPart    = `{"features":{"cycle_seconds":10.3,"humidity_percent":34,"temperature_celsius":66.4,"torque_nm":11.21,"vibration_mm_s":3.14}}`
	trainingLines = `  a training run, whose model the replicas take without a restart: model_version changes
    kubectl create job first-run --namespace texts --from=cronjob/training
    kubectl wait job/first-run --namespace texts --for=condition=complete --timeout=3m && sleep 30
    curl --data '{"text":"I love this kettle and use it every morning"}' `
)

func TestQuestions(t *testing.T) {
	t.Parallel()
	var objects []runtime.Object
	objects = append(objects, served("texts", ours, "sentiment")...)
	objects = append(objects, served("unnamed", ours, "")...)
	objects = append(objects, served("parts", ours, "defects")...)
	objects = append(objects, served("foreign", "ghcr.example/server:2", "sentiment")...)
	objects = append(objects, served("newer", ours, "images")...)
	client := fake.NewClientset(objects...)
	for name, want := range map[string]question{
		"texts": {aboutKettle, "positive"}, "unnamed": {aboutKettle, "positive"}, "parts": {aboutAPart, "ok"},
		"foreign": {}, "newer": {},
	} {
		got, known, err := questionTo(t.Context(), client, checkout, name)
		require.NoError(t, err)
		assert.Equal(t, want, got, name)
		assert.Equal(t, want != question{}, known, name)
	}
	_, _, err := questionTo(t.Context(), client, checkout, "nobody")
	assert.EqualError(t, err, `looking at the inference service of nobody: deployments.apps "inference" not found`)
}

// TestStory reads everything that `up` says of platforms whose tenants answer.
func TestStory(t *testing.T) {
	t.Parallel()
	attempts := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch attempts++; {
		case attempts == 1: // no node has heard of its pods yet
			w.WriteHeader(http.StatusBadGateway)
		case r.URL.Path == "/texts/predict" && string(body) == aboutKettle:
			_, _ = io.WriteString(w, `{"prediction": "positive", "confidence": 0.914, "model_version": "seed-1"}`)
		case r.URL.Path == "/parts/predict" && string(body) == aboutAPart:
			_, _ = io.WriteString(w, `{"prediction": "ok", "confidence": 0.8, "model_version": "seed-2"}`)
		}
	}))
	t.Cleanup(server.Close)
	objects := append(served("texts", ours, "sentiment"), served("parts", ours, "defects")...)
	objects = append(objects, served("foreign", "ghcr.example/server:2", "")...)
	objects = append(objects, &batchv1.CronJob{ObjectMeta: metav1.ObjectMeta{Name: "training", Namespace: "texts"}})
	s := story{
		client: fake.NewClientset(objects...), root: checkout, services: server.URL, folder: "/a folder", tenants: []string{"texts", "parts", "foreign"}, monitored: true,
	}
	var out bytes.Buffer
	r := result{
		live: record{Kubeconfig: "/k", Nodes: NodesReal, Ends: time.Date(2026, 1, 2, 15, 4, 0, 0, time.UTC)},
		took: 97 * time.Second, notes: []string{"All is real."}, story: s,
	}
	require.NoError(t, writeResult(t.Context(), &out, r))
	assert.Equal(t, `
TENANT  PODS  AUTOSCALER  QUOTA CPU  MEMORY  PODS  GPU  ISOLATION
platform: 0 of 0 ready

All is real.

Everything runs, after 97 s. Look at it:
  export KUBECONFIG=/k
  kubectl get pods --all-namespaces --output wide
  kubectl get hpa,quota,networkpolicy --namespace texts
  go run -C cmd/mlops . status --embedded --folder '/a folder'
Predictions; every tenant has an address below `+server.URL+`:
  curl --data '`+aboutKettle+`' `+server.URL+`/texts/predict
    positive, confidence 0.91, model seed-1; the sample says positive
  curl --data '`+aboutAPart+`' `+server.URL+`/parts/predict
    ok, confidence 0.80, model seed-2; the sample says ok
  foreign was not asked: it runs an image of its own, whose questions are not known
Dashboards, as a web page; the first figures take two minutes:
  go run -C cmd/mlops . dashboards --embedded --folder '/a folder'
Try next:
  load until the autoscaler has added what it may
    go run -C cmd/mlops . load texts --embedded --folder '/a folder'
  a request that no policy allows, from one tenant to another
    go run -C cmd/mlops . request --from texts --to parts --embedded --folder '/a folder'
`+trainingLines+server.URL+`/texts/predict
End it; otherwise it ends by itself at 15:04:
  go run -C cmd/mlops . down --embedded --folder '/a folder'
`, out.String())

	out.Reset()
	r.story = story{client: s.client, root: checkout, services: server.URL, tenants: []string{"parts"}}
	require.NoError(t, r.story.next(t.Context(), &out))
	assert.Equal(t, `Try next:
  load until the autoscaler has added what it may
    go run -C cmd/mlops . load parts --embedded
`, out.String(), "one tenant, which has no training")
}

func TestNothingAnswersOnSimulatedNodes(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, result{live: record{Nodes: NodesSimulated}}.answers(t.Context(), &out))
	assert.Equal(t, "No container runs on simulated nodes, so nothing answers: no prediction, no load, no training, no dashboards.\n"+
		"On Linux and as root, --nodes real runs them.\n", out.String())
}

func TestATenantDoesNotAnswer(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "no model", http.StatusServiceUnavailable)
	}))
	t.Cleanup(server.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	s := story{client: fake.NewClientset(served("texts", ours, "")...), root: checkout, services: server.URL, tenants: []string{"texts"}}
	require.EqualError(t, s.predictions(ctx, io.Discard), "texts was asked for a prediction and did not answer: 503 Service Unavailable: no model")
}

func TestQuoted(t *testing.T) {
	t.Parallel()
	assert.Equal(t, `'it'\''s'`, quoted("it's"))
}

func TestScaling(t *testing.T) {
	t.Parallel()
	replicas, used, wanted := int32(2), int32(71), int32(50)
	at := metav1.ObjectMeta{Name: "inference", Namespace: "texts"}
	deployment := &appsv1.Deployment{ObjectMeta: at, Spec: appsv1.DeploymentSpec{Replicas: &replicas}, Status: appsv1.DeploymentStatus{ReadyReplicas: 2}}
	autoscaler := &autoscalingv2.HorizontalPodAutoscaler{
		ObjectMeta: at,
		Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
			MaxReplicas: 4, ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{Name: "inference"},
			Metrics: []autoscalingv2.MetricSpec{{Resource: &autoscalingv2.ResourceMetricSource{Name: "cpu", Target: autoscalingv2.MetricTarget{AverageUtilization: &wanted}}}},
		},
		Status: autoscalingv2.HorizontalPodAutoscalerStatus{
			DesiredReplicas: 3,
			CurrentMetrics: []autoscalingv2.MetricStatus{{Resource: &autoscalingv2.ResourceMetricStatus{
				Name: "cpu", Current: autoscalingv2.MetricValueStatus{AverageUtilization: &used},
			}}},
		},
	}
	got, err := scalingOf(t.Context(), fake.NewClientset(deployment, autoscaler), "texts")
	require.NoError(t, err)
	assert.Equal(t, load.Scaling{Ready: 2, Desired: 3, Max: 4, CPU: "71", Target: "50"}, got)

	_, err = scalingOf(t.Context(), fake.NewClientset(deployment), "texts")
	require.EqualError(t, err, "texts has no autoscaler: its replicas stay what they are, whatever the load")

	off := autoscaler.DeepCopy()
	off.Status.Conditions = []autoscalingv2.HorizontalPodAutoscalerCondition{{Type: autoscalingv2.ScalingActive, Reason: "ScalingDisabled"}}
	_, err = scalingOf(t.Context(), fake.NewClientset(deployment, off), "texts")
	require.EqualError(t, err, "texts is scaled to zero, and its autoscaler leaves it alone")
}
