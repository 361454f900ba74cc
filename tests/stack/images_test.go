package stack_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/tests/harness"
	validregistry "github.com/mlops-iac/mlops/tests/harness/valid/registry"
)

// An image that nobody has pushed ends an update, and is named; a preview does
// not ask.
func TestAMissingImageEndsAnUpdate(t *testing.T) {
	t.Parallel()
	_, err := build(t, "dev", tree(t, "dev"), platform.Options{}, harness.WithoutCall(validregistry.ImageLookup))
	require.ErrorContains(t, err, "image 111111111111.dkr.ecr.eu-west-1.amazonaws.com/mlops-dev/inference:1.0.0 cannot be used; "+
		"if nobody has pushed it, push it and run the update again: unexpected invoke "+validregistry.ImageLookup)
	_, err = build(t, "dev", tree(t, "dev"), platform.Options{}, harness.WithoutCall(validregistry.ImageLookup), harness.InPreview())
	require.NoError(t, err)
}

// Proves I3 by Pulumi mocks: a tenant runs images of the repositories that its definition
// names, and of those that the stack opens to it or to everybody.
func TestI3ImagesOfATenant(t *testing.T) {
	t.Parallel()
	const registry = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/mlops-dev/"
	allowed := func(t *testing.T, stack string, values map[string]any, tenant string) string {
		t.Helper()
		record, err := build(t, stack, values, platform.Options{Offline: true})
		require.NoError(t, err)
		policy := record.One(t, "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy", "mlops-"+stack+"-tenant-"+tenant+"-images")
		return policy.Prop("spec.variables.2.expression").(string) + policy.Prop("spec.variables.3.expression").(string)
	}
	assert.Equal(t, "['"+registry+"inference', '"+registry+"training'][]", allowed(t, "dev", tree(t, "dev"), "tenant-a"))
	assert.Equal(t, "['mlops.local/inference'][]", allowed(t, "local", tree(t, "local"), "tenant-a"))

	values := tree(t, "local")
	set(t, values, "registry.repositories", []any{
		map[string]any{"name": "inference"}, map[string]any{"name": "notebooks", "tenants": []any{"tenant-b"}},
	})
	set(t, values, "admission", map[string]any{"repositories": []any{"ghcr.io/example/sidecar"}})
	assert.Equal(t, "['mlops.local/inference']['ghcr.io/example/sidecar']", allowed(t, "local", values, "tenant-a"))
	assert.Equal(t, "['mlops.local/inference', 'mlops.local/notebooks']['ghcr.io/example/sidecar']", allowed(t, "local", values, "tenant-b"))
}
