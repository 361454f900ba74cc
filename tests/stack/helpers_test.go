// Package stack_test runs the whole program with the repository's own stack
// files against mocks and looks at everything it registers.
package stack_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tests/harness"
	validstack "github.com/mlops-iac/mlops/tests/harness/valid/stack"
)

// awsStacks are the stack files in the repository that build on AWS.
func awsStacks() []string { return []string{"dev", "staging", "prod"} }

// localStack is put into an existing cluster.
const localStack = "local"

// stacks are all stack files in the repository.
func stacks() []string { return append(awsStacks(), localStack) }

// modes are the two ways Pulumi runs a program.
var modes = map[string][]harness.Option{"up": nil, "preview": {harness.InPreview()}}

// tree reads the settings of a stack file, to be changed at will.
func tree(t *testing.T, stack string) map[string]any {
	t.Helper()
	return validstack.Settings(t, filepath.Join("..", ".."), stack)
}

// set changes the setting at a dotted path.
func set(t *testing.T, values map[string]any, path string, value any) {
	t.Helper()
	steps := strings.Split(path, ".")
	for _, step := range steps[:len(steps)-1] {
		next, ok := values[step].(map[string]any)
		require.True(t, ok, "%s: no object at %s", path, step)
		values = next
	}
	values[steps[len(steps)-1]] = value
}

const secretType = "kubernetes:core/v1:Secret"

// noPreflight stands for a look at the cluster, which tests do not have.
func noPreflight(context.Context, settings.Kubernetes) error { return nil }

// build runs the program with changed settings.
func build(t *testing.T, stack string, values map[string]any, options platform.Options, more ...harness.Option) (*harness.Recorder, error) {
	t.Helper()
	if options.Preflight == nil {
		options.Preflight = noPreflight
	}
	return harness.RunErr(platform.New(options), append(validstack.Configured(t, stack, values), more...)...)
}

// parse returns the settings of a stack as the program sees them.
func parse(t *testing.T, stack string) settings.Platform {
	t.Helper()
	text, err := json.Marshal(tree(t, stack))
	require.NoError(t, err)
	parsed, err := settings.FromConfig(string(text), stack)
	require.NoError(t, err)
	return parsed
}

// runs are the records of unchanged stacks; tests only read them.
var runs sync.Map

type run struct {
	once   sync.Once
	record *harness.Recorder
	err    error
}

// recorded returns what a stack of the repository registers in one mode.
func recorded(t *testing.T, stack, mode string) *harness.Recorder {
	t.Helper()
	stored, _ := runs.LoadOrStore(stack+" "+mode, &run{})
	shared := stored.(*run)
	shared.once.Do(func() {
		shared.record, shared.err = build(t, stack, tree(t, stack), platform.Options{}, modes[mode]...)
	})
	require.NoError(t, shared.err)
	require.NotNil(t, shared.record)
	return shared.record
}

// everywhere runs a test for every stack in every mode.
func everywhere(t *testing.T, check func(t *testing.T, stack string, record *harness.Recorder)) {
	t.Helper()
	each(t, stacks(), check)
}

// onAWS runs a test for every stack on AWS in every mode.
func onAWS(t *testing.T, check func(t *testing.T, stack string, record *harness.Recorder)) {
	t.Helper()
	each(t, awsStacks(), check)
}

func each(t *testing.T, names []string, check func(t *testing.T, stack string, record *harness.Recorder)) {
	t.Helper()
	for _, stack := range names {
		for mode := range modes {
			t.Run(stack+" "+mode, func(t *testing.T) {
				t.Parallel()
				check(t, stack, recorded(t, stack, mode))
			})
		}
	}
}
