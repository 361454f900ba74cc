package conformance_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/tenants"
)

// limits shows that containers that state no resources get those of the tenant's
// definition, and that one volume cannot be larger or smaller than it may be.
func (p platform) limits(t *testing.T) {
	for _, tenant := range p.tenants(t) {
		t.Run(tenant.Name, func(t *testing.T) {
			t.Run("defaults", func(t *testing.T) { p.defaultResources(t, tenant) })
			t.Run("volumes", func(t *testing.T) { p.volumeSizes(t, tenant) })
		})
	}
}

func (p platform) defaultResources(t *testing.T, tenant tenants.Tenant) {
	pod := p.own(tenant.Name, "limits")
	pod.Spec.Containers[0].Resources = corev1.ResourceRequirements{}
	made, err := p.Client.CoreV1().Pods(tenant.Name).Create(context.Background(), pod, dryRun)
	require.NoError(t, err)
	got := made.Spec.Containers[0].Resources
	for _, amounts := range []struct {
		what string
		got  corev1.ResourceList
		want spec.Compute
	}{
		{"requests", got.Requests, tenant.LimitRange.DefaultRequests},
		{"limits", got.Limits, tenant.LimitRange.DefaultLimits},
	} {
		assert.Zero(t, amounts.got.Cpu().Cmp(resource.MustParse(amounts.want.CPU)), "%s: %v", amounts.what, amounts.got)
		assert.Zero(t, amounts.got.Memory().Cmp(resource.MustParse(amounts.want.Memory)), "%s: %v", amounts.what, amounts.got)
		assert.False(t, amounts.got.StorageEphemeral().IsZero(), "%s of disk: one pod could fill the node", amounts.what)
	}
}

func (p platform) volumeSizes(t *testing.T, tenant tenants.Tenant) {
	most := resource.MustParse(tenant.LimitRange.MaxVolumeSize)
	most.Add(resource.MustParse("1Gi"))
	for size, message := range map[string]string{
		most.String(): "maximum storage usage per PersistentVolumeClaim is " + tenant.LimitRange.MaxVolumeSize,
		"512Mi":       "minimum storage usage per PersistentVolumeClaim is 1Gi",
	} {
		_, err := p.Client.CoreV1().PersistentVolumeClaims(tenant.Name).Create(context.Background(), claim("limits-", size), dryRun)
		require.True(t, apierrors.IsForbidden(err), "%v", err)
		assert.ErrorContains(t, err, message)
	}
}
