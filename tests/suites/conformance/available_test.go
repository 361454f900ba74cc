package conformance_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/mlops-iac/mlops/tests/suites/conformance/harness"
)

// available shows that everything the stack starts comes up, that the jobs its
// people may start complete, and that its claims get their volumes.
func (p platform) available(t *testing.T) {
	checks := map[string]func(*testing.T, *unstructured.Unstructured){
		"Deployment": p.rolledOut, "StatefulSet": p.rolledOut, "DaemonSet": p.rolledOut,
		"Job": p.completes, "CronJob": p.jobCompletes,
	}
	asked := 0
	for _, o := range p.Objects {
		if check, found := checks[o.GetKind()]; found {
			asked++
			t.Run(harness.Describe(o), func(t *testing.T) { check(t, o) })
		}
	}
	// Claims come last: the jobs above may decide in which zone their volumes are.
	for _, o := range p.Objects {
		if o.GetKind() == "PersistentVolumeClaim" {
			t.Run(harness.Describe(o), func(t *testing.T) { p.claimBinds(t, o) })
		}
	}
	assert.NotZero(t, asked, "the stack starts nothing")
}

// rolledOut waits until every replica of the present revision is available.
func (p platform) rolledOut(t *testing.T, o *unstructured.Unstructured) {
	resource, err := p.Resource(o)
	require.NoError(t, err)
	p.Await(t, patience, harness.Describe(o)+" is available", func(ctx context.Context) error {
		live, err := resource.Get(ctx, o.GetName(), metav1.GetOptions{})
		if err != nil {
			return err
		}
		status := func(field string) int64 {
			number, _, _ := unstructured.NestedInt64(live.Object, "status", field)
			return number
		}
		wanted, updated, ready := status("replicas"), status("updatedReplicas"), status("availableReplicas")
		if o.GetKind() == "DaemonSet" {
			wanted, updated, ready = status("desiredNumberScheduled"), status("updatedNumberScheduled"), status("numberAvailable")
		}
		if status("observedGeneration") != live.GetGeneration() || wanted == 0 || updated != wanted || ready != wanted {
			return fmt.Errorf("generation %d of %d, %d of %d replicas updated, %d available",
				status("observedGeneration"), live.GetGeneration(), updated, wanted, ready)
		}
		return nil
	})
	if o.GetKind() == "StatefulSet" {
		p.templatesBound(t, decode[appsv1.StatefulSet](t, o))
	}
}

// templatesBound shows that every replica has the volumes of its templates.
func (p platform) templatesBound(t *testing.T, set appsv1.StatefulSet) {
	for _, template := range set.Spec.VolumeClaimTemplates {
		for replica := range *set.Spec.Replicas {
			name := fmt.Sprintf("%s-%s-%d", template.Name, set.Name, replica)
			claim, err := p.Client.CoreV1().PersistentVolumeClaims(set.Namespace).Get(context.Background(), name, metav1.GetOptions{})
			require.NoError(t, err)
			assert.Equal(t, corev1.ClaimBound, claim.Status.Phase, name)
		}
	}
}

func (p platform) completes(t *testing.T, o *unstructured.Unstructured) {
	p.awaitJob(t, o.GetNamespace(), o.GetName())
}

func (p platform) awaitJob(t *testing.T, namespace, name string) {
	t.Helper()
	p.Await(t, patience, "job "+name+" is complete", func(ctx context.Context) error {
		job, err := p.Client.BatchV1().Jobs(namespace).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		for _, condition := range job.Status.Conditions {
			if condition.Type == batchv1.JobComplete && condition.Status == corev1.ConditionTrue {
				return nil
			}
		}
		return fmt.Errorf("%d active, %d failed: %+v", job.Status.Active, job.Status.Failed, job.Status.Conditions)
	})
}

// jobCompletes makes a job of the template, as `kubectl create job --from` does.
func (p platform) jobCompletes(t *testing.T, o *unstructured.Unstructured) {
	ctx := context.Background()
	cron := decode[batchv1.CronJob](t, o)
	job := &batchv1.Job{
		ObjectMeta: *cron.Spec.JobTemplate.ObjectMeta.DeepCopy(),
		Spec:       *cron.Spec.JobTemplate.Spec.DeepCopy(),
	}
	job.Name = "available-" + cron.Name
	tolerateAll(&job.Spec.Template.Spec)
	jobs := p.Client.BatchV1().Jobs(cron.Namespace)
	_, err := jobs.Create(ctx, job, metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict})
	require.NoError(t, err)
	t.Cleanup(func() {
		foreground := metav1.DeletePropagationForeground
		require.NoError(t, jobs.Delete(ctx, job.Name, metav1.DeleteOptions{PropagationPolicy: &foreground}))
		p.Await(t, patience, "the job and its pods are gone", func(ctx context.Context) error {
			_, err := jobs.Get(ctx, job.Name, metav1.GetOptions{})
			return gone(err)
		})
	})
	p.awaitJob(t, cron.Namespace, job.Name)
}

// claimBinds uses the claim in a pod and waits for its volume.
func (p platform) claimBinds(t *testing.T, o *unstructured.Unstructured) {
	ctx := context.Background()
	pod := p.own(o.GetNamespace(), "available-"+o.GetName())
	pod.Labels = map[string]string{"conformance": "claim"} // the name may be too long for a label
	tolerateAll(&pod.Spec)
	pod.Spec.Volumes = []corev1.Volume{{Name: "claim", VolumeSource: corev1.VolumeSource{
		PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: o.GetName()},
	}}}
	_, err := p.Client.CoreV1().Pods(o.GetNamespace()).Create(ctx, pod, metav1.CreateOptions{})
	require.NoError(t, err)
	t.Cleanup(func() { p.remove(t, o.GetNamespace(), "conformance=claim") })
	wanted := decode[corev1.PersistentVolumeClaim](t, o)
	p.Await(t, patience, "the claim is bound", func(ctx context.Context) error {
		claim, err := p.Client.CoreV1().PersistentVolumeClaims(o.GetNamespace()).Get(ctx, o.GetName(), metav1.GetOptions{})
		if err != nil {
			return err
		}
		size := claim.Status.Capacity[corev1.ResourceStorage]
		if claim.Status.Phase != corev1.ClaimBound || size.Cmp(wanted.Spec.Resources.Requests[corev1.ResourceStorage]) < 0 {
			return fmt.Errorf("%s with %s", claim.Status.Phase, size.String())
		}
		return nil
	})
}
