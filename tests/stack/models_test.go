package stack_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/tests/harness"
)

const cronJobType = "kubernetes:batch/v1:CronJob"

// modelOf is what the pods of a tenant know of their model.
func modelOf(t *testing.T, record *harness.Recorder, stack, tenant, part string) map[string]any {
	t.Helper()
	data, ok := record.One(t, "kubernetes:core/v1:ConfigMap", "mlops-"+stack+"-tenant-"+tenant+"-"+part+"-config").Prop("data").(map[string]any)
	require.True(t, ok)
	return map[string]any{"MODEL_KIND": data["MODEL_KIND"], "MODEL_SEED": data["MODEL_SEED"]}
}

// TestShippedTenantsKnowTheirModels is about S3 and S4; that the image does
// what it is told here is shown by services/inference/tests.
func TestShippedTenantsKnowTheirModels(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, stack string, record *harness.Recorder) {
		t.Helper()
		for tenant, kind := range map[string]string{"tenant-a": "sentiment", "tenant-b": "defects"} {
			for _, part := range []string{"inference", "training"} {
				assert.Equal(t, map[string]any{"MODEL_KIND": kind, "MODEL_SEED": "true"}, modelOf(t, record, stack, tenant, part), "%s of %s", part, tenant)
			}
			const container = "spec.jobTemplate.spec.template.spec.containers.0."
			job := record.One(t, cronJobType, "mlops-"+stack+"-tenant-"+tenant+"-training")
			assert.Nil(t, job.Prop(container+"command"), "the image has its entry point and nothing else")
			limits, _ := job.Prop(container + "resources.limits").(map[string]any)
			var want any
			if tenant == "tenant-b" && stack != localStack {
				want = "1"
			}
			assert.Equal(t, want, limits["nvidia.com/gpu"], tenant)
		}
	})
}

// TestASeedCanBeRefused is the switch for tenants that would rather have no answer.
func TestASeedCanBeRefused(t *testing.T) {
	t.Parallel()
	definitions := withTenant(t, "tenant-c", "name: tenant-c\nowners: [ada@example.com]\ncostCenter: cc-1\n"+
		"image: {repository: inference, tag: 1.0.0}\nmodel: {uri: x, seed: false}\n")
	record, err := build(t, "dev", tree(t, "dev"), platform.Options{Definitions: definitions})
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"MODEL_KIND": "sentiment", "MODEL_SEED": nil}, modelOf(t, record, "dev", "tenant-c", "inference"))
}
