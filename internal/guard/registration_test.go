package guard_test

import (
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/guard"
)

// requests is a mock that keeps registrations as the engine would get them.
type requests struct {
	mu   sync.Mutex
	seen map[string]guard.Resource
	err  error
}

func (m *requests) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, err := guard.FromRegistration(args.RegisterRPC)
	m.seen[args.Name], m.err = r, err
	return args.Name + "-id", args.Inputs, err
}

func (*requests) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) { return nil, nil }

type thing struct {
	pulumi.CustomResourceState
	Computed pulumi.StringOutput `pulumi:"computed"`
}

func TestFromRegistration(t *testing.T) {
	t.Parallel()
	mock := &requests{seen: map[string]guard.Resource{}}
	program := func(ctx *pulumi.Context) error {
		first, second := &thing{}, &thing{}
		if err := ctx.RegisterResource("test:index:Thing", "first", pulumi.Map{"n": pulumi.Int(1)}, first, pulumi.Protect(true)); err != nil {
			return err
		}
		inputs := pulumi.Map{
			"later": first.Computed, "nested": pulumi.Map{"later": first.Computed}, "token": pulumi.ToSecret(pulumi.String("t")),
		}
		return ctx.RegisterResource("test:index:Thing", "second", inputs, second, pulumi.Parent(first), pulumi.RetainOnDelete(true))
	}
	dryRun := func(info *pulumi.RunInfo) { info.DryRun = true }
	require.NoError(t, pulumi.RunErr(program, pulumi.WithMocks("mlops", "test", mock), dryRun))
	require.NoError(t, mock.err)

	const firstURN = "urn:pulumi:test::mlops::test:index:Thing::first"
	first := mock.seen["first"]
	assert.Equal(t, firstURN, first.URN)
	assert.True(t, first.Protect)
	assert.Equal(t, guard.Resource{
		Type: "test:index:Thing", Name: "second", Custom: true, Protect: true, RetainOnDelete: true,
		Parent: firstURN, URN: "urn:pulumi:test::mlops::test:index:Thing$test:index:Thing::second",
		Inputs:     m{"later": guard.Unknown{}, "nested": m{"later": guard.Unknown{}}, "token": "t"},
		Secrets:    []string{"token"},
		References: map[string][]string{"later": {firstURN}, "nested": {firstURN}},
	}, mock.seen["second"])
}
