package stack_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/tests/harness"
)

const recordType = "pulumi:index:Stash"

// TestFixedSettingsAreRecorded checks that every stack records what it must not
// change later, under a name that no setting changes.
func TestFixedSettingsAreRecorded(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, stack string, record *harness.Recorder) {
		t.Helper()
		recorded := map[string]any{}
		for key, value := range parse(t, stack).Recorded() {
			recorded[key] = value
		}
		assert.Equal(t, map[string]any{"input": recorded}, record.One(t, recordType, "recorded-settings").Inputs.Mappable())
	})
}

// leftBehind answers as an engine that was told to leave the record alone.
func leftBehind(recorded map[string]string) harness.Option {
	return harness.WithState(recordType, func(string, resource.PropertyMap) resource.PropertyMap {
		values := resource.PropertyMap{}
		for key, value := range recorded {
			values[resource.PropertyKey(key)] = resource.NewProperty(value)
		}
		return resource.PropertyMap{"input": resource.NewProperty(values)}
	})
}

// Proves C2 by Pulumi mocks: nothing is registered beside the record until it is known that
// no fixed setting has changed.
func TestC2NothingIsRegisteredBeforeTheRecord(t *testing.T) {
	t.Parallel()
	before := parse(t, "dev").Recorded()
	for mode, options := range modes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			values := tree(t, "dev")
			set(t, values, "network.cidr", "10.1.0.0/16")
			options := append(options[:len(options):len(options)], leftBehind(before))
			record, err := build(t, "dev", values, platform.Options{}, options...)
			require.EqualError(t, err, reported(`nothing was changed, because settings differ from those this stack was deployed with: `+
				`network.cidr: Invalid value: "10.1.0.0/16": must stay "10.0.0.0/16": the VPC would be replaced, with the cluster and the `+
				`database in it; make a new stack and move the data (to do it all the same: MLOPS_ALLOW_CHANGE=network.cidr)`))
			require.Len(t, record.Resources(), 1)
			assert.Equal(t, recordType, record.Resources()[0].Type)

			allowed, err := build(t, "dev", values, platform.Options{AllowChange: "network.cidr"}, options...)
			require.NoError(t, err)
			assert.Len(t, allowed.Resources(), len(recorded(t, "dev", mode).Resources()))
		})
	}
}

func TestTheWordMustNameASettingThatIsFixed(t *testing.T) {
	t.Parallel()
	record, err := build(t, "dev", tree(t, "dev"), platform.Options{AllowChange: "network.nat"})
	require.ErrorContains(t, err, `MLOPS_ALLOW_CHANGE: Unsupported value: "network.nat": supported values: "aws.accountId"`)
	assert.Empty(t, record.Resources())
}
