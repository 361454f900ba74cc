package conformance_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mlops-iac/mlops/components/scheduling"
	component "github.com/mlops-iac/mlops/components/tenant" // beside the tenant under test
	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/tenants"
)

// quota shows that the API server refuses what goes beyond the quota in the
// definition of a tenant, and says so.
func (p platform) quota(t *testing.T) {
	for _, tenant := range p.tenants(t) {
		t.Run(tenant.Name, func(t *testing.T) {
			t.Run("compute", func(t *testing.T) { p.computeQuota(t, tenant) })
			t.Run("pods", func(t *testing.T) { p.podQuota(t, tenant) })
			t.Run("storage", func(t *testing.T) {
				p.claimQuota(t, tenant, "requests.storage", tenant.LimitRange.MaxVolumeSize, tenant.Quota.Storage)
			})
			t.Run("claims", func(t *testing.T) {
				p.claimQuota(t, tenant, "persistentvolumeclaims", "1Gi", strconv.Itoa(tenant.Quota.PersistentVolumeClaims))
			})
			t.Run("services", func(t *testing.T) { p.serviceQuota(t, tenant) })
			t.Run("disk", func(t *testing.T) { p.diskQuota(t, tenant) })
			t.Run("objects", func(t *testing.T) { p.objectQuota(t, tenant) })
			t.Run("priority", func(t *testing.T) { p.priorityQuota(t, tenant) })
		})
	}
}

// diskQuota asks in one pod for more disk of a node than all pods together may have.
func (p platform) diskQuota(t *testing.T, tenant tenants.Tenant) {
	pod := p.own(tenant.Name, "quota")
	hard := spec.Times(tenant.Quota.Pods, spec.Sum(component.ScratchSize, component.LogSize))
	amount := resource.MustParse(hard)
	amount.Add(resource.MustParse("1Mi"))
	pod.Spec.Containers[0].Resources.Limits[corev1.ResourceEphemeralStorage] = amount
	_, err := p.Client.CoreV1().Pods(tenant.Name).Create(context.Background(), pod, dryRun)
	exceeds(t, err, "limits.ephemeral-storage", hard)
}

// objectQuota makes small objects until one is refused.
func (p platform) objectQuota(t *testing.T, tenant tenants.Tenant) {
	p.returned(t, tenant)
	configs, secrets := p.Client.CoreV1().ConfigMaps(tenant.Name), p.Client.CoreV1().Secrets(tenant.Name)
	ours := metav1.ListOptions{LabelSelector: "conformance=quota"}
	t.Cleanup(func() {
		require.NoError(t, configs.DeleteCollection(context.Background(), metav1.DeleteOptions{}, ours))
		require.NoError(t, secrets.DeleteCollection(context.Background(), metav1.DeleteOptions{}, ours))
	})
	meta := metav1.ObjectMeta{GenerateName: "quota-", Labels: map[string]string{"conformance": "quota"}}
	until := func(most int, create func() error) error {
		for range most + 1 {
			if err := create(); err != nil {
				return err
			}
		}
		return nil
	}
	exceeds(t, until(component.MaxConfigMaps, func() error {
		_, err := configs.Create(context.Background(), &corev1.ConfigMap{ObjectMeta: meta}, metav1.CreateOptions{})
		return err
	}), "count/configmaps", strconv.Itoa(component.MaxConfigMaps))
	exceeds(t, until(component.MaxSecrets, func() error {
		_, err := secrets.Create(context.Background(), &corev1.Secret{ObjectMeta: meta}, metav1.CreateOptions{})
		return err
	}), "count/secrets", strconv.Itoa(component.MaxSecrets))
}

// priorityQuota asks for pods that would push out those of others, and for one that
// would not.
func (p platform) priorityQuota(t *testing.T, tenant tenants.Tenant) {
	pods := p.Client.CoreV1().Pods(tenant.Name)
	for _, class := range []string{"system-cluster-critical", "system-node-critical"} {
		pod := p.own(tenant.Name, "quota")
		pod.Spec.PriorityClassName = class
		_, err := pods.Create(context.Background(), pod, dryRun)
		require.True(t, apierrors.IsForbidden(err), "%s: %v", class, err)
		assert.ErrorContains(t, err, "exceeded quota: system-priority, requested: pods=1, used: pods=0, limited: pods=0")
	}
	_, err := pods.Create(context.Background(), p.own(tenant.Name, "quota"), dryRun)
	require.NoError(t, err)
}

// exceeds asserts that something was refused because of the tenant's quota, and
// that the message names the resource and how much of it there is.
func exceeds(t *testing.T, err error, name, hard string) {
	t.Helper()
	require.True(t, apierrors.IsForbidden(err), "%s beyond %s: %v", name, hard, err)
	assert.ErrorContains(t, err, "exceeded quota: tenant, requested: ")
	_, limited, _ := strings.Cut(err.Error(), "limited: ")
	want := resource.MustParse(hard)
	for part := range strings.SplitSeq(limited, ",") {
		if key, value, _ := strings.Cut(part, "="); key == name {
			got, err := resource.ParseQuantity(value)
			require.NoError(t, err)
			assert.Zero(t, want.Cmp(got), "%s: the quota is %s, the definition says %s", name, value, hard)
			return
		}
	}
	assert.Fail(t, "the message does not name "+name, err.Error())
}

// computeQuota asks for more than all of a resource in one pod.
func (p platform) computeQuota(t *testing.T, tenant tenants.Tenant) {
	for _, ask := range []struct {
		limited  string
		resource corev1.ResourceName
		hard     string
		requests bool
	}{
		{"requests.cpu", corev1.ResourceCPU, tenant.Quota.CPU, true},
		{"limits.cpu", corev1.ResourceCPU, tenant.Quota.CPU, false},
		{"requests.memory", corev1.ResourceMemory, tenant.Quota.Memory, true},
		{"limits.memory", corev1.ResourceMemory, tenant.Quota.Memory, false},
		{"requests." + scheduling.GPUResource, scheduling.GPUResource, strconv.Itoa(tenant.Quota.GPUs), true},
	} {
		t.Run(ask.limited, func(t *testing.T) {
			pod := p.own(tenant.Name, "quota")
			amount := resource.MustParse(ask.hard)
			amount.Add(resource.MustParse("1"))
			pod.Spec.Containers[0].Resources.Limits[ask.resource] = amount
			if ask.requests {
				pod.Spec.Containers[0].Resources.Requests[ask.resource] = amount
			}
			_, err := p.Client.CoreV1().Pods(tenant.Name).Create(context.Background(), pod, dryRun)
			exceeds(t, err, ask.limited, ask.hard)
		})
	}
}

// podQuota starts pods until one is refused. None of them is scheduled.
func (p platform) podQuota(t *testing.T, tenant tenants.Tenant) {
	p.returned(t, tenant)
	t.Cleanup(func() { p.remove(t, tenant.Name, "conformance=quota") })
	var err error
	for made := 0; err == nil && made <= tenant.Quota.Pods; made++ {
		pod := p.own(tenant.Name, "")
		pod.GenerateName = "quota-"
		pod.Labels = map[string]string{"conformance": "quota"}
		pod.Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: "conformance.example.com/never"}}
		_, err = p.Client.CoreV1().Pods(tenant.Name).Create(context.Background(), pod, metav1.CreateOptions{})
	}
	exceeds(t, err, "pods", strconv.Itoa(tenant.Quota.Pods))
}

// claimQuota makes claims of a size until one is refused.
func (p platform) claimQuota(t *testing.T, tenant tenants.Tenant, name, size, hard string) {
	claims := p.Client.CoreV1().PersistentVolumeClaims(tenant.Name)
	p.returned(t, tenant)
	t.Cleanup(func() {
		require.NoError(t, claims.DeleteCollection(context.Background(), metav1.DeleteOptions{},
			metav1.ListOptions{LabelSelector: "conformance=quota"}))
	})
	var err error
	// The number of claims is limited too, so this ends long before.
	for made := 0; err == nil && made <= 100; made++ {
		_, err = claims.Create(context.Background(), claim("quota-", size), metav1.CreateOptions{})
	}
	exceeds(t, err, name, hard)
}

// returned ends the test only when the quota has back what the test takes of it:
// the controller counts again some time after objects are gone.
func (p platform) returned(t *testing.T, tenant tenants.Tenant) {
	t.Helper()
	quotas := p.Client.CoreV1().ResourceQuotas(tenant.Name)
	before, err := quotas.Get(context.Background(), "tenant", metav1.GetOptions{})
	require.NoError(t, err)
	t.Cleanup(func() {
		p.Await(t, patience, "the quota is free again", func(ctx context.Context) error {
			live, err := quotas.Get(ctx, "tenant", metav1.GetOptions{})
			if err != nil {
				return err
			}
			for name, used := range live.Status.Used {
				if was := before.Status.Used[name]; used.Cmp(was) > 0 {
					return fmt.Errorf("%s: %s is in use, %s before", name, used.String(), was.String())
				}
			}
			return nil
		})
	})
}

// claim of a size; the API server completes the name.
func claim(prefix, size string) *corev1.PersistentVolumeClaim {
	return &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{GenerateName: prefix, Labels: map[string]string{"conformance": "quota"}},
		Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
			Resources:   corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(size)}},
		},
	}
}

// serviceQuota asks for the services that would publish a tenant past the
// ingress controller.
func (p platform) serviceQuota(t *testing.T, tenant tenants.Tenant) {
	yes, no := true, false
	for _, ask := range []struct {
		limited   string
		kind      corev1.ServiceType
		nodePorts *bool
	}{
		{"services.nodeports", corev1.ServiceTypeNodePort, nil},
		{"services.loadbalancers", corev1.ServiceTypeLoadBalancer, &no},
		{"services.nodeports", corev1.ServiceTypeLoadBalancer, &yes},
	} {
		_, err := p.Client.CoreV1().Services(tenant.Name).Create(context.Background(), &corev1.Service{
			ObjectMeta: metav1.ObjectMeta{Name: "quota"},
			Spec: corev1.ServiceSpec{
				Type: ask.kind, AllocateLoadBalancerNodePorts: ask.nodePorts, Ports: []corev1.ServicePort{{Port: 80}},
			},
		}, dryRun)
		exceeds(t, err, ask.limited, "0")
	}
}
