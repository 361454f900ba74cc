package tenant_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/components/tenant/spec"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/tenant"
)

func TestTrainingOnDemand(t *testing.T) {
	t.Parallel()
	r := run(t, valid.FullTenant())
	cron := r.One(t, cronType, "t-training")
	assert.Equal(t, "training", cron.Prop("metadata.name"))
	assert.Equal(t, true, cron.Prop("spec.suspend"))
	assert.NotEqual(t, "on-demand", cron.Prop("spec.schedule"), "Kubernetes wants a schedule even here")
	assert.Equal(t, "Forbid", cron.Prop("spec.concurrencyPolicy"))

	job := "spec.jobTemplate.spec."
	assert.Equal(t, 86400.0, cron.Prop(job+"activeDeadlineSeconds"))
	assert.Equal(t, "Failed", cron.Prop(job+"podReplacementPolicy"))
	assert.Equal(t, []any{map[string]any{
		"action": "Ignore", "onPodConditions": []any{map[string]any{"type": "DisruptionTarget", "status": "True"}},
	}}, cron.Prop(job+"podFailurePolicy.rules"))
	assert.Equal(t, "Never", cron.Prop(trainingPod+".restartPolicy"), "the failure policy needs it")
	kept := cron.Prop(job + "template.metadata.annotations").(map[string]any)
	assert.Equal(t, []any{"false", "true"},
		[]any{kept["cluster-autoscaler.kubernetes.io/safe-to-evict"], kept["karpenter.sh/do-not-disrupt"]}, "no node is saved by moving it")

	container := trainingPod + ".containers.0"
	assert.Equal(t, "registry.example.com/inference:1.0.0", cron.Prop(container+".image"))
	assert.Equal(t, map[string]any{
		"requests": map[string]any{"cpu": "2", "memory": "8Gi", "ephemeral-storage": "10Gi", "nvidia.com/gpu": "1"},
		"limits":   map[string]any{"cpu": "3", "memory": "12Gi", "ephemeral-storage": "10752Mi", "nvidia.com/gpu": "1"},
	}, cron.Prop(container+".resources"))
	assert.Equal(t, "training", cron.Prop(container+".envFrom.0.configMapRef.name"))
	assert.Equal(t, "info", r.One(t, configType, "t-training-config").Prop("data.LOG_LEVEL"))
	assert.Nil(t, r.One(t, configType, "t-training-config").Prop("data.PORT"))

	claim := r.One(t, claimType, "t-checkpoints")
	assert.Equal(t, claim.Prop("metadata.name"), cron.Prop(trainingPod+".volumes.0.persistentVolumeClaim.claimName"))
	assert.Equal(t, "50Gi", claim.Prop("spec.resources.requests.storage"))
	assert.Equal(t, "gp3", claim.Prop("spec.storageClassName"))
	assert.Equal(t, []any{"ReadWriteOnce"}, claim.Prop("spec.accessModes"))
	annotations := claim.Prop("metadata.annotations").(map[string]any)
	assert.Equal(t, "true", annotations["pulumi.com/skipAwait"], "an unused volume would be waited for until the time-out")
}

func TestScheduledTraining(t *testing.T) {
	t.Parallel()
	args := valid.Tenant()
	args.Env = pulumi.StringMap{"A": pulumi.String("tenant"), "B": pulumi.String("tenant")}
	args.Training = &tenant.Training{
		Schedule: "0 3 * * 1", Image: pulumi.String("registry.example.com/training:2"),
		Command: []string{"python"}, Args: []string{"-m", "train"},
		Env: pulumi.StringMap{"A": pulumi.String("training")}, CheckpointStorage: "10Gi", DeadlineHours: 2,
		CheckpointAccessMode: spec.ReadWriteOncePod,
	}
	r := run(t, args)
	cron := r.One(t, cronType, "t-training")
	assert.Equal(t, false, cron.Prop("spec.suspend"))
	assert.Equal(t, "0 3 * * 1", cron.Prop("spec.schedule"))
	assert.Equal(t, "Etc/UTC", cron.Prop("spec.timeZone"))
	assert.Equal(t, 7200.0, cron.Prop("spec.jobTemplate.spec.activeDeadlineSeconds"))
	assert.Equal(t, "registry.example.com/training:2", cron.Prop(trainingPod+".containers.0.image"))
	assert.Equal(t, []any{"python"}, cron.Prop(trainingPod+".containers.0.command"))
	assert.Equal(t, []any{"-m", "train"}, cron.Prop(trainingPod+".containers.0.args"))
	assert.Equal(t, "training", r.One(t, configType, "t-training-config").Prop("data.A"))
	assert.Equal(t, "tenant", r.One(t, configType, "t-training-config").Prop("data.B"))
	assert.Equal(t, "tenant", r.One(t, configType, "t-inference-config").Prop("data.A"), "what training sets must not leak")
	claim := r.One(t, claimType, "t-checkpoints")
	assert.Nil(t, claim.Prop("spec.storageClassName"), "the default class of the cluster")
	assert.Equal(t, []any{"ReadWriteOncePod"}, claim.Prop("spec.accessModes"))
}

func TestPlacement(t *testing.T) {
	t.Parallel()
	gpu := map[string]any{"key": "nvidia.com/gpu", "operator": "Equal", "value": "present", "effect": "NoSchedule"}
	spot := map[string]any{"key": "mlops.io/capacity", "operator": "Equal", "value": "spot", "effect": "NoSchedule"}
	for name, c := range map[string]struct {
		training    tenant.Training
		placement   tenant.Placement
		required    any
		preferred   any
		tolerations []any
	}{
		"cpu":            {tenant.Training{}, "", term("mlops.io/node-role", "cpu"), nil, []any{}},
		"spot":           {tenant.Training{Spot: true}, "", term("mlops.io/node-role", "spot"), nil, []any{spot}},
		"gpu":            {tenant.Training{GPUs: 2}, "", term("accelerator", "nvidia"), nil, []any{gpu}},
		"gpu spot":       {tenant.Training{GPUs: 1, Spot: true}, "", term("accelerator", "nvidia"), term("mlops.io/node-role", "spot"), []any{gpu, spot}},
		"preferred spot": {tenant.Training{Spot: true}, tenant.PlacementPreferred, nil, term("mlops.io/node-role", "spot"), []any{spot}},
		"preferred gpu":  {tenant.Training{GPUs: 1, Spot: true}, tenant.PlacementPreferred, nil, term("accelerator", "nvidia"), []any{gpu, spot}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := valid.Tenant()
			args.Training, args.Placement = &c.training, c.placement
			r := run(t, args)
			cron := r.One(t, cronType, "t-training")
			affinity := trainingPod + ".affinity.nodeAffinity."
			assert.Equal(t, c.required, cron.Prop(affinity+"requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.0"))
			assert.Equal(t, c.preferred, cron.Prop(affinity+"preferredDuringSchedulingIgnoredDuringExecution.0.preference"))
			assert.Equal(t, c.tolerations, cron.Prop(trainingPod+".tolerations"))

			serving := servingPod + ".affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.0"
			if c.placement == tenant.PlacementPreferred {
				serving = servingPod + ".affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution.0.preference"
			}
			assert.Equal(t, term("mlops.io/node-role", "cpu"), r.One(t, deploymentType, "t-deployment").Prop(serving))
		})
	}
}

func term(label, value string) any {
	return map[string]any{"matchExpressions": []any{
		map[string]any{"key": label, "operator": "In", "values": []any{value}},
	}}
}
