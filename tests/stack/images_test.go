package stack_test

import (
	"testing"

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
