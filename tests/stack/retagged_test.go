package stack_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/tests/harness"
)

// Proves C4 by Pulumi mocks: when owner and costCenter of a stack change, nothing changes but
// the tags of resources, of scaling groups, and those that the drivers of volumes and load balancers give
// what they make, all of them in place.
func TestC4OwnerAndCostCenterChangeTagsAlone(t *testing.T) {
	t.Parallel()
	for _, stack := range awsStacks() {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			values := tree(t, stack)
			values["owner"], values["costCenter"] = "another", "another-centre"
			after, err := build(t, stack, values, platform.Options{})
			require.NoError(t, err)
			changed := map[string]bool{}
			for _, is := range after.Resources() {
				was := recorded(t, stack, "up").One(t, is.Type, is.Name)
				for _, key := range changedInputs(was, is) {
					changed[is.Type+" "+key] = true
				}
			}
			maps.DeleteFunc(changed, func(input string, _ bool) bool { return strings.HasSuffix(input, " tags") })
			assert.Equal(t, []string{
				"aws:autoscaling/tag:Tag tag", "aws:eks/addon:Addon configurationValues", "kubernetes:helm.sh/v3:Release values",
			}, slices.Sorted(maps.Keys(changed)))
		})
	}
}

func changedInputs(was, is harness.Resource) []string {
	keys := map[string]bool{}
	for key := range was.Inputs {
		keys[string(key)] = true
	}
	for key := range is.Inputs {
		keys[string(key)] = true
	}
	maps.DeleteFunc(keys, func(key string, _ bool) bool { return reflect.DeepEqual(was.Prop(key), is.Prop(key)) })
	return slices.Sorted(maps.Keys(keys))
}
