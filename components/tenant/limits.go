package tenant

import (
	"fmt"
	"strconv"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/systempriority"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/components/tenant/spec"
)

const (
	// limitsName is the ResourceQuota and the LimitRange.
	limitsName = "tenant"
	// priorityName is the ResourceQuota of the pods that would push out others.
	priorityName = "system-priority"
)

// resource names of quotas, requests and limits.
const (
	cpuResource       = "cpu"
	memoryResource    = "memory"
	ephemeralResource = "ephemeral-storage"
	storageResource   = "storage"
)

// createLimits returns what must be there before the first pod.
func (b *builder) createLimits() ([]pulumi.Resource, error) {
	limited, err := b.createQuota()
	if err != nil {
		return nil, err
	}
	lowered, err := b.createPriorityQuota()
	if err != nil {
		return nil, err
	}
	ranged, err := b.createLimitRange()
	if err != nil {
		return nil, err
	}
	admitted, err := b.createAdmission()
	if err != nil {
		return nil, err
	}
	return append(admitted, limited, lowered, ranged), nil
}

func (b *builder) createQuota() (pulumi.Resource, error) {
	quota := b.in.Quota
	made, err := corev1.NewResourceQuota(b.ctx, b.name+"-quota", &corev1.ResourceQuotaArgs{
		Metadata: b.meta(limitsName, "limits"),
		Spec: corev1.ResourceQuotaSpecArgs{Hard: pulumi.ToStringMap(map[string]string{
			"requests." + cpuResource:            quota.CPU,
			"limits." + cpuResource:              quota.CPU,
			"requests." + memoryResource:         quota.Memory,
			"limits." + memoryResource:           quota.Memory,
			"limits." + ephemeralResource:        spec.Times(quota.Pods, spec.Sum(ScratchSize, LogSize)),
			"requests." + storageResource:        quota.Storage,
			"requests." + scheduling.GPUResource: strconv.Itoa(quota.GPUs),
			"pods":                               strconv.Itoa(quota.Pods),
			"persistentvolumeclaims":             strconv.Itoa(quota.PersistentVolumeClaims),
			"count/jobs.batch":                   strconv.Itoa(quota.Jobs),
			"count/configmaps":                   strconv.Itoa(MaxConfigMaps),
			"count/secrets":                      strconv.Itoa(MaxSecrets),
			// Both would open a way around the ingress controller.
			"services.loadbalancers": "0",
			"services.nodeports":     "0",
		})},
	}, b.inside()...)
	if err != nil {
		return nil, fmt.Errorf("creating the quota: %w", err)
	}
	return made, nil
}

// createPriorityQuota refuses pods of the classes that every cluster has and that
// any namespace may name: the scheduler evicts pods of others to make room for them.
func (b *builder) createPriorityQuota() (pulumi.Resource, error) {
	made, err := corev1.NewResourceQuota(b.ctx, b.name+"-priority-quota", &corev1.ResourceQuotaArgs{
		Metadata: b.meta(priorityName, "limits"),
		Spec:     systempriority.Quota(systempriority.None, systempriority.ClusterCritical, systempriority.NodeCritical),
	}, b.inside()...)
	if err != nil {
		return nil, fmt.Errorf("creating the quota of priorities: %w", err)
	}
	return made, nil
}

func (b *builder) createLimitRange() (pulumi.Resource, error) {
	limits := b.in.LimitRange
	made, err := corev1.NewLimitRange(b.ctx, b.name+"-limit-range", &corev1.LimitRangeArgs{
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
	return made, nil
}
