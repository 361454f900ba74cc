package observability_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/mlops-iac/mlops/components/monitoring/rules"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/components/tenant"
)

const (
	tenantA, tenantB  = "tenant-a", "tenant-b"
	warning, critical = "warning", "critical"
)

// incidents are one injected fault for each alert. Tenant a has slow and failing answers
// and a lack of room; tenant b has broken pods and GPUs.
func (s *suite) incidents(t *testing.T) []incident {
	a, b := s.Kubelet.AwaitReady(t, tenantA), s.Kubelet.AwaitReady(t, tenantB)
	require.GreaterOrEqual(t, len(a), 2)
	require.GreaterOrEqual(t, len(b), 2)
	return []incident{
		// The first, because half an hour after it nobody is told of it any more.
		{rules.GPUProgramErrors, warning, tenantB, 2 * time.Minute, func(*testing.T) { s.GPUs.Set(80, 31) }},
		// Before the faults of the same pod: it starts anew.
		{rules.ModelUpdateFails, warning, tenantA, 11 * time.Minute, func(t *testing.T) { s.Kubelet.RefuseModel(t, a[0]) }},
		{rules.PodPending, warning, tenantA, 16 * time.Minute, func(t *testing.T) { s.waitForNode(t) }},
		{rules.TrainingFailed, warning, tenantB, 6 * time.Minute, func(t *testing.T) { s.failTraining(t) }},
		{rules.TrainingMissed, warning, tenantB, 6 * time.Minute, func(t *testing.T) { s.missTraining(t) }},
		{rules.ErrorRateHigh, warning, tenantA, 10 * time.Minute, func(t *testing.T) { a[0].SetFaults(t, `{"errorRatio":0.5}`) }},
		{rules.LatencyHigh, warning, tenantB, 7 * time.Minute, func(t *testing.T) { b[0].SetFaults(t, `{"latency":"6s"}`) }},
		{rules.ModelNotLoaded, critical, tenantB, 5 * time.Minute, func(t *testing.T) { b[1].LoseModel(t) }},
		{rules.ModelLost, critical, tenantA, 5 * time.Minute, func(t *testing.T) { a[1].LosePublished(t) }},
		{rules.PodNotReady, warning, tenantB, 5 * time.Minute, func(*testing.T) {}}, // for want of a model
		{rules.PodRestarts, critical, tenantA, time.Minute, func(t *testing.T) { s.restart(t) }},
		{rules.ServiceDown, critical, tenantB, 5 * time.Minute, func(t *testing.T) { s.deployNothing(t) }},
		{rules.CPUHigh, warning, tenantA, 15 * time.Minute, func(t *testing.T) { s.SetUsage(t, a[0], "490m", "64Mi") }},
		{rules.HPAAtMaximum, warning, tenantA, 16 * time.Minute, func(*testing.T) {}}, // for want of CPU
		{rules.MemoryHigh, critical, tenantB, 5 * time.Minute, func(t *testing.T) { s.SetUsage(t, b[0], "10m", "2000Mi") }},
		{rules.QuotaNearlyUsed, warning, tenantA, 5 * time.Minute, func(t *testing.T) { s.tightenQuota(t, tenantA) }},
		{rules.GPUXIDErrors, critical, tenantB, 2 * time.Minute, func(t *testing.T) { s.breakGPU(t) }},
		{rules.GPUPodsPending, warning, tenantB, 16 * time.Minute, func(t *testing.T) { s.waitForGPU(t) }},
		// A tenth of a core and 128 MiB of each pod: enough for any budget at such prices.
		{rules.SpendOverBudget, warning, tenantA, 65 * time.Minute, func(*testing.T) { s.Prices.Multiply(100_000) }},
		{rules.GPUIdle, warning, tenantB, 41 * time.Minute, func(*testing.T) {}}, // since the XID errors
	}
}

// restart ends the process of a pod until the alert on restarts must fire.
func (s *suite) restart(t *testing.T) {
	pods := s.Kubelet.Pods(tenantA)
	for range 5 {
		s.Kubelet.AwaitReady(t, tenantA)
		pods[len(pods)-1].Kill(t)
		time.Sleep(500 * time.Millisecond)
	}
}

// deployNothing makes a Deployment of tenant b whose pods the namespace refuses:
// Pod Security "restricted" admits none that uses the network of the node.
func (s *suite) deployNothing(t *testing.T) {
	labels := map[string]string{"app": "nothing"}
	_, err := s.Client.AppsV1().Deployments(tenantB).Create(t.Context(), &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "nothing"},
		Spec: appsv1.DeploymentSpec{
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: corev1.PodSpec{
				HostNetwork: true, Containers: []corev1.Container{{Name: "app", Image: "example.com/nothing:1.0.0"}},
			}},
		},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
}

// breakGPU shows an error of the hardware, once the one of the program was told of:
// that is kept quiet from then on.
func (s *suite) breakGPU(t *testing.T) {
	s.Await(t, patience, "the receiver is told of the program", func(context.Context) error {
		_, err := s.told(rules.GPUProgramErrors, tenantB)
		return err
	})
	s.GPUs.Set(0, 79)
}

// waitForNode makes a pod of tenant a that no node takes.
func (s *suite) waitForNode(t *testing.T) {
	serving, err := s.Client.AppsV1().Deployments(tenantA).Get(t.Context(), tenant.InferenceName, metav1.GetOptions{})
	require.NoError(t, err)
	spec := serving.Spec.Template.Spec
	spec.NodeSelector = map[string]string{"example.com/nowhere": "true"}
	_, err = s.Client.CoreV1().Pods(tenantA).Create(t.Context(), &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "waiting-for-a-node", Namespace: tenantA}, Spec: spec,
	}, metav1.CreateOptions{})
	require.NoError(t, err)
}

// failTraining makes a job of the CronJob of tenant b, as kubectl create job --from
// does, whose time is up before any node has taken its pod.
func (s *suite) failTraining(t *testing.T) {
	training, err := s.Client.BatchV1().CronJobs(tenantB).Get(t.Context(), tenant.TrainingName, metav1.GetOptions{})
	require.NoError(t, err)
	spec := training.Spec.JobTemplate.Spec
	second := int64(1)
	spec.ActiveDeadlineSeconds = &second
	spec.Template.Spec.NodeSelector = map[string]string{"example.com/nowhere": "true"}
	_, err = s.Client.BatchV1().Jobs(tenantB).Create(t.Context(), &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{
			Name: "again", Namespace: tenantB, Labels: training.Spec.JobTemplate.Labels,
			Annotations:     map[string]string{"cronjob.kubernetes.io/instantiate": "manual"},
			OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(training, batchv1.SchemeGroupVersion.WithKind("CronJob"))},
		}, Spec: spec,
	}, metav1.CreateOptions{})
	require.NoError(t, err)
}

// missTraining makes a CronJob of tenant b that last began a job before the last
// new year and gave up on that one.
func (s *suite) missTraining(t *testing.T) {
	training, err := s.Client.BatchV1().CronJobs(tenantB).Get(t.Context(), tenant.TrainingName, metav1.GetOptions{})
	require.NoError(t, err)
	jobs, late := s.Client.BatchV1().CronJobs(tenantB), int64(10)
	made, err := jobs.Create(t.Context(), &batchv1.CronJob{
		ObjectMeta: metav1.ObjectMeta{Name: "yearly", Namespace: tenantB},
		Spec: batchv1.CronJobSpec{
			Schedule: "0 0 1 1 *", StartingDeadlineSeconds: &late, JobTemplate: training.Spec.JobTemplate,
		},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	patch, err := json.Marshal(map[string]any{"status": map[string]any{"lastScheduleTime": metav1.NewTime(time.Now().AddDate(-2, 0, 0))}})
	require.NoError(t, err)
	_, err = jobs.Patch(t.Context(), made.Name, types.MergePatchType, patch, metav1.PatchOptions{}, "status")
	require.NoError(t, err)
}

// tightenQuota leaves a tenant the pods it has and no more.
func (s *suite) tightenQuota(t *testing.T, namespace string) {
	quotas := s.Client.CoreV1().ResourceQuotas(namespace)
	list, err := quotas.List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	for _, quota := range list.Items {
		used, has := quota.Status.Used[corev1.ResourcePods]
		if !has || quota.Spec.ScopeSelector != nil {
			continue
		}
		patch, err := json.Marshal(map[string]any{"spec": map[string]any{"hard": map[string]any{"pods": used.String()}}})
		require.NoError(t, err)
		_, err = quotas.Patch(t.Context(), quota.Name, types.MergePatchType, patch, metav1.PatchOptions{})
		require.NoError(t, err)
		return
	}
	t.Fatalf("no quota of %s counts pods", namespace)
}

// trainOnGPU makes a pod like those of the training job of tenant b, which takes
// the GPU. A pod of the job itself would be done at once: its node is simulated.
func (s *suite) trainOnGPU(t *testing.T, name string) {
	job, err := s.Client.BatchV1().CronJobs(tenantB).Get(t.Context(), tenant.TrainingName, metav1.GetOptions{})
	require.NoError(t, err)
	template := job.Spec.JobTemplate.Spec.Template
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: tenantB, Labels: template.Labels}, Spec: template.Spec,
	}
	// A quota that has just been widened is admitted by only once it was seen.
	s.Await(t, patience, "pod "+name+" is admitted", func(ctx context.Context) error {
		_, err := s.Client.CoreV1().Pods(tenantB).Create(ctx, pod, metav1.CreateOptions{})
		return err
	})
}

// waitForGPU makes a pod that asks for a GPU where no node has one left: those
// with one take no more pods, and the quota is widened by one.
func (s *suite) waitForGPU(t *testing.T) {
	ctx := context.Background()
	nodes, err := s.Client.CoreV1().Nodes().List(ctx, metav1.ListOptions{LabelSelector: scheduling.AcceleratorLabel})
	require.NoError(t, err)
	for _, node := range nodes.Items {
		_, err := s.Client.CoreV1().Nodes().Patch(ctx, node.Name, types.MergePatchType, []byte(`{"spec":{"unschedulable":true}}`), metav1.PatchOptions{})
		require.NoError(t, err)
	}
	quotas := s.Client.CoreV1().ResourceQuotas(tenantB)
	list, err := quotas.List(ctx, metav1.ListOptions{})
	require.NoError(t, err)
	for _, quota := range list.Items {
		patch := fmt.Sprintf(`{"spec":{"hard":{"requests.%s":"4","requests.cpu":"200","limits.cpu":"200","requests.memory":"500Gi","limits.memory":"500Gi"}}}`, scheduling.GPUResource)
		if _, has := quota.Spec.Hard[corev1.ResourceName("requests."+scheduling.GPUResource)]; has {
			_, err := quotas.Patch(ctx, quota.Name, types.MergePatchType, []byte(patch), metav1.PatchOptions{})
			require.NoError(t, err)
		}
	}
	s.trainOnGPU(t, "waiting")
}
