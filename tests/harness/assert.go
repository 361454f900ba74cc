package harness

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/shared/tags"
)

// AssertDependsOn checks that a resource waits for the one called name.
func AssertDependsOn(t *testing.T, r Resource, name string) {
	t.Helper()
	assert.True(t, slices.ContainsFunc(r.DependsOn, func(urn string) bool {
		return strings.HasSuffix(urn, "::"+name)
	}), "%s must wait for %s, waits for %v", r.Name, name, r.DependsOn)
}

// AssertChildren checks that there are count resources besides the component,
// all of them its children, named after it and carrying the mandatory tags of
// want. Those of the types listed cannot carry tags, and must not.
func (r *Recorder) AssertChildren(
	t *testing.T, component Resource, count int, want map[string]string, untaggable ...string,
) {
	t.Helper()
	children := 0
	for _, child := range r.Resources() {
		if !child.Custom {
			continue
		}
		children++
		assert.Equal(t, component.Name, child.ParentName, child.Name)
		assert.Equal(t, component.Type, child.ParentType, child.Name)
		assert.True(t, strings.HasPrefix(child.Name, component.Name+"-"), child.Name)
		if slices.Contains(untaggable, child.Type) {
			assert.Nil(t, child.Prop("tags"), "%s %s", child.Type, child.Name)
			continue
		}
		for _, key := range tags.Mandatory() {
			assert.NotEmpty(t, want[key], key)
			assert.Equal(t, want[key], child.Prop("tags."+key), "%s %s", child.Name, key)
		}
	}
	assert.Equal(t, count, children, "children of %s", component.Name)
}

// AssertOnGPUNodes checks that the daemon of a chart runs where package
// scheduling puts GPU nodes, and nowhere else.
func AssertOnGPUNodes(t *testing.T, release Resource) {
	t.Helper()
	selector, _ := release.Prop("values.nodeSelector").(map[string]any)
	assert.NotEmpty(t, selector)
	labels := scheduling.Labels(scheduling.RoleGPU)
	for key, value := range selector {
		assert.Equal(t, labels[key], value, "GPU nodes do not carry %s", key)
	}
	taint := scheduling.GPUTaint()
	assert.Equal(t,
		[]any{map[string]any{"key": taint.Key, "operator": "Equal", "value": taint.Value, "effect": taint.Effect}},
		release.Prop("values.tolerations"))
}

// Errors is the message of an error that joins these validation errors.
func Errors(lines ...string) string {
	if len(lines) == 1 {
		return lines[0]
	}
	return fmt.Sprintf("%d errors:\n  %s", len(lines), strings.Join(lines, "\n  "))
}
