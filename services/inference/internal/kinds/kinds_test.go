package kinds_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/shared/names"
	"github.com/mlops-iac/mlops/services/inference/internal/kinds"
)

// TestEveryKindOfADefinitionIsServed is about S3: what a definition may
// name must be something that the service has.
func TestEveryKindOfADefinitionIsServed(t *testing.T) {
	t.Parallel()
	for _, name := range names.ModelKinds() {
		kind, err := kinds.Named(name)
		require.NoError(t, err)
		assert.Equal(t, name, kind.Name())
		assert.Len(t, kind.Classes(), 2)
	}
	_, err := kinds.Named("images")
	assert.EqualError(t, err, `there is no kind of model "images"`)
}
