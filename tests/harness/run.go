package harness

import (
	"maps"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

// Project and Stack are the names mocked programs run under unless an option changes them.
const (
	Project = "mlops"
	Stack   = "test"
)

// Option changes how a mocked program runs.
type Option func(*options)

type options struct {
	stack   string
	preview bool
	config  map[string]string
	secrets []string
	outputs map[string]OutputFunc
	state   map[string]OutputFunc
	calls   map[string]resource.PropertyMap
}

// Together is several options as one.
func Together(all ...Option) Option {
	return func(o *options) {
		for _, one := range all {
			one(o)
		}
	}
}

// WithStack sets the stack name.
func WithStack(name string) Option { return func(o *options) { o.stack = name } }

// WithConfig sets configuration, keys as in "mlops:platform", values as JSON or text.
func WithConfig(values map[string]string) Option { return func(o *options) { o.config = values } }

// WithSecretConfig marks configuration keys as encrypted in the stack file.
func WithSecretConfig(keys ...string) Option { return func(o *options) { o.secrets = keys } }

// WithOutputs adds provider-computed outputs for one resource type.
func WithOutputs(token string, fn OutputFunc) Option {
	return func(o *options) { o.outputs[token] = fn }
}

// WithState replaces outputs of one resource type by what an earlier run left in
// the state, which a preview knows too.
func WithState(token string, fn OutputFunc) Option {
	return func(o *options) { o.state[token] = fn }
}

// WithCall prepares the answer of one invoke.
func WithCall(token string, result resource.PropertyMap) Option {
	return func(o *options) { o.calls[token] = result }
}

// WithoutCall takes an answer back: the invoke fails.
func WithoutCall(token string) Option {
	return func(o *options) { delete(o.calls, token) }
}

// Answers returns what a mocked run with these options adds to the inputs of a
// resource.
func Answers(opts ...Option) func(token, name string, inputs resource.PropertyMap) resource.PropertyMap {
	o := newOptions(opts)
	return func(token, name string, inputs resource.PropertyMap) resource.PropertyMap {
		computed := defaultOutputs(token, name, inputs)
		if extra := o.outputs[token]; extra != nil {
			maps.Copy(computed, extra(name, inputs))
		}
		return computed
	}
}

// InPreview runs the program as `pulumi preview` would: outputs that no input
// determines are unknown.
func InPreview() Option { return func(o *options) { o.preview = true } }

// Program returns a program that makes one component, or whatever else its
// constructor makes, and nothing besides.
func Program[A, C any](
	construct func(*pulumi.Context, string, *A, ...pulumi.ResourceOption) (C, error), name string, args *A,
) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := construct(ctx, name, args)
		return err
	}
}

func newOptions(opts []Option) options {
	o := options{stack: Stack, outputs: map[string]OutputFunc{}, state: map[string]OutputFunc{}, calls: map[string]resource.PropertyMap{}}
	for _, apply := range opts {
		apply(&o)
	}
	return o
}

// RunErr runs the program and returns the record and the program's error.
func RunErr(program pulumi.RunFunc, opts ...Option) (*Recorder, error) {
	o := newOptions(opts)
	recorder := &Recorder{preview: o.preview, outputs: maps.Clone(o.outputs), state: maps.Clone(o.state), calls: maps.Clone(o.calls)}
	settings := func(info *pulumi.RunInfo) {
		info.DryRun = o.preview
		info.Config, info.ConfigSecretKeys = o.config, o.secrets
	}
	err := pulumi.RunErr(program, pulumi.WithMocks(Project, o.stack, recorder), settings)
	return recorder, err
}

// Run runs the program in both modes, fails the test on an error, and returns
// the record of the normal run.
func Run(t *testing.T, program pulumi.RunFunc, opts ...Option) *Recorder {
	t.Helper()
	RunPreview(t, program, opts...)
	recorder, err := RunErr(program, opts...)
	require.NoError(t, err)
	return recorder
}

// RunPreview runs the program in preview mode, fails the test on an error, and
// returns the record.
func RunPreview(t *testing.T, program pulumi.RunFunc, opts ...Option) *Recorder {
	t.Helper()
	recorder, err := RunErr(program, append(opts[:len(opts):len(opts)], InPreview())...)
	require.NoError(t, err)
	return recorder
}

// One returns the only registration of one type whose name is name, and fails
// the test when there is none or more than one.
func (r *Recorder) One(t *testing.T, token, name string) Resource {
	t.Helper()
	var found []Resource
	for _, candidate := range r.OfType(token) {
		if candidate.Name == name {
			found = append(found, candidate)
		}
	}
	require.Len(t, found, 1, "%s %q; have %v", token, name, r.names(token))
	return found[0]
}

func (r *Recorder) names(token string) []string {
	var names []string
	for _, candidate := range r.OfType(token) {
		names = append(names, candidate.Name)
	}
	return names
}
