package toolset

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestVersionOfPrometheus(t *testing.T) {
	t.Parallel()
	got, err := prometheusVersion("v0.307.3")
	require.NoError(t, err)
	assert.Equal(t, "v3.7.3", got)
	_, err = prometheusVersion("v3.7.3")
	require.EqualError(t, err, `the version "v3.7.3" of Prometheus' module is not v0 and two numbers: input does not match format`)
}
