package tenant

import (
	"fmt"
	"strconv"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/podsecurity"
	"github.com/mlops-iac/mlops/components/scheduling"
)

// limitsName is the ResourceQuota and the LimitRange.
const limitsName = "tenant"

// resource names of quotas, requests and limits.
const (
	cpuResource       = "cpu"
	memoryResource    = "memory"
	ephemeralResource = "ephemeral-storage"
	storageResource   = "storage"
)

func (b *builder) createNamespace() error {
	labels := podsecurity.Latest(b.labels("namespace"), podsecurity.Restricted)
	for key, value := range b.in.Metadata.NamespaceLabels {
		// What is said above is what the tenant is held by.
		if _, taken := labels[key]; !taken {
			labels[key] = value
		}
	}
	opts := []pulumi.ResourceOption{pulumi.Parent(b.tenant), pulumi.Protect(b.in.Protect)}
	if b.in.DeletedWith != nil {
		opts = append(opts, pulumi.DeletedWith(b.in.DeletedWith))
	}
	namespace, err := corev1.NewNamespace(b.ctx, b.name+"-namespace", &corev1.NamespaceArgs{
		Metadata: metav1.ObjectMetaArgs{
			Name:        pulumi.String(b.in.Name),
			Labels:      pulumi.ToStringMap(labels),
			Annotations: pulumi.ToStringMap(b.in.Metadata.Annotations),
		},
	}, opts...)
	if err != nil {
		return fmt.Errorf("creating the namespace: %w", err)
	}
	b.tenant.namespace = namespace
	b.namespace = namespace.Metadata.Name().Elem()
	return nil
}

func (b *builder) createServiceAccount() (*corev1.ServiceAccount, error) {
	meta := b.meta(ServiceAccountName, "access")
	if b.in.Identity != nil {
		meta.Annotations = b.in.Identity.Annotations
	}
	account, err := corev1.NewServiceAccount(b.ctx, b.name+"-service-account", &corev1.ServiceAccountArgs{
		Metadata:                     meta,
		AutomountServiceAccountToken: pulumi.Bool(b.in.MountToken),
	}, b.inside()...)
	if err != nil {
		return nil, fmt.Errorf("creating the service account: %w", err)
	}
	return account, nil
}

// createLimits returns what must be there before the first pod.
func (b *builder) createLimits() ([]pulumi.Resource, error) {
	quota := b.in.Quota
	limited, err := corev1.NewResourceQuota(b.ctx, b.name+"-quota", &corev1.ResourceQuotaArgs{
		Metadata: b.meta(limitsName, "limits"),
		Spec: corev1.ResourceQuotaSpecArgs{Hard: pulumi.ToStringMap(map[string]string{
			"requests." + cpuResource:            quota.CPU,
			"limits." + cpuResource:              quota.CPU,
			"requests." + memoryResource:         quota.Memory,
			"limits." + memoryResource:           quota.Memory,
			"requests." + storageResource:        quota.Storage,
			"requests." + scheduling.GPUResource: strconv.Itoa(quota.GPUs),
			"pods":                               strconv.Itoa(quota.Pods),
			"persistentvolumeclaims":             strconv.Itoa(quota.PersistentVolumeClaims),
			"count/jobs.batch":                   strconv.Itoa(quota.Jobs),
			// Both would open a way around the ingress controller.
			"services.loadbalancers": "0",
			"services.nodeports":     "0",
		})},
	}, b.inside()...)
	if err != nil {
		return nil, fmt.Errorf("creating the quota: %w", err)
	}
	limits := b.in.LimitRange
	ranged, err := corev1.NewLimitRange(b.ctx, b.name+"-limit-range", &corev1.LimitRangeArgs{
		Metadata: b.meta(limitsName, "limits"),
		Spec: corev1.LimitRangeSpecArgs{Limits: corev1.LimitRangeItemArray{
			corev1.LimitRangeItemArgs{
				Type: pulumi.String("Container"),
				DefaultRequest: pulumi.ToStringMap(map[string]string{
					cpuResource: limits.DefaultRequests.CPU, memoryResource: limits.DefaultRequests.Memory, ephemeralResource: TmpSize,
				}),
				Default: pulumi.ToStringMap(map[string]string{
					cpuResource: limits.DefaultLimits.CPU, memoryResource: limits.DefaultLimits.Memory, ephemeralResource: ScratchSize,
				}),
			},
			corev1.LimitRangeItemArgs{
				Type: pulumi.String("PersistentVolumeClaim"),
				Min:  pulumi.StringMap{storageResource: pulumi.String(MinVolumeSize)},
				Max:  pulumi.StringMap{storageResource: pulumi.String(limits.MaxVolumeSize)},
			},
		}},
	}, b.inside()...)
	if err != nil {
		return nil, fmt.Errorf("creating the limit range: %w", err)
	}
	return []pulumi.Resource{limited, ranged}, nil
}
