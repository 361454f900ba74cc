package tenant

import (
	"fmt"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	autoscalingv2 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/autoscaling/v2"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	policyv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/policy/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func (b *builder) createScaling(deployment *appsv1.Deployment) error {
	replicas := b.in.Serving.Replicas
	_, err := autoscalingv2.NewHorizontalPodAutoscaler(b.ctx, b.name+"-autoscaler", &autoscalingv2.HorizontalPodAutoscalerArgs{
		Metadata: b.meta(InferenceName, InferenceName),
		Spec: autoscalingv2.HorizontalPodAutoscalerSpecArgs{
			MinReplicas: pulumi.Int(replicas.Min),
			MaxReplicas: pulumi.Int(replicas.Max),
			ScaleTargetRef: autoscalingv2.CrossVersionObjectReferenceArgs{
				ApiVersion: pulumi.String("apps/v1"), Kind: pulumi.String("Deployment"), Name: deployment.Metadata.Name().Elem(),
			},
			Metrics: autoscalingv2.MetricSpecArray{autoscalingv2.MetricSpecArgs{
				Type: pulumi.String("Resource"),
				Resource: autoscalingv2.ResourceMetricSourceArgs{
					Name: pulumi.String(cpuResource),
					Target: autoscalingv2.MetricTargetArgs{
						Type: pulumi.String("Utilization"), AverageUtilization: pulumi.Int(replicas.TargetCPUPercent),
					},
				},
			}},
			Behavior: behavior(),
		},
	}, b.inside()...)
	if err != nil {
		return fmt.Errorf("creating the autoscaler: %w", err)
	}
	_, err = policyv1.NewPodDisruptionBudget(b.ctx, b.name+"-disruption-budget", &policyv1.PodDisruptionBudgetArgs{
		Metadata: b.meta(InferenceName, InferenceName),
		Spec: policyv1.PodDisruptionBudgetSpecArgs{
			// Not minAvailable: with one replica that would block every drain.
			MaxUnavailable: pulumi.Int(1),
			Selector:       metav1.LabelSelectorArgs{MatchLabels: pulumi.ToStringMap(b.selector(InferenceName))},
			// A pod that is broken anyway must not keep a node from being drained.
			UnhealthyPodEvictionPolicy: pulumi.String("AlwaysAllow"),
		},
	}, b.inside()...)
	if err != nil {
		return fmt.Errorf("creating the disruption budget: %w", err)
	}
	return nil
}

// behavior adds replicas at once, at most doubling them or adding four every
// 15 seconds, and removes them only after load was low for a while.
func behavior() autoscalingv2.HorizontalPodAutoscalerBehaviorArgs {
	const period = 15
	step := func(kind string, value int) autoscalingv2.HPAScalingPolicyArgs {
		return autoscalingv2.HPAScalingPolicyArgs{
			Type: pulumi.String(kind), Value: pulumi.Int(value), PeriodSeconds: pulumi.Int(period),
		}
	}
	return autoscalingv2.HorizontalPodAutoscalerBehaviorArgs{
		ScaleUp: autoscalingv2.HPAScalingRulesArgs{
			StabilizationWindowSeconds: pulumi.Int(0),
			SelectPolicy:               pulumi.String("Max"),
			Policies:                   autoscalingv2.HPAScalingPolicyArray{step("Percent", 100), step("Pods", 4)},
		},
		ScaleDown: autoscalingv2.HPAScalingRulesArgs{
			StabilizationWindowSeconds: pulumi.Int(ScaleDownSeconds),
			SelectPolicy:               pulumi.String("Max"),
			Policies:                   autoscalingv2.HPAScalingPolicyArray{step("Percent", 100)},
		},
	}
}
