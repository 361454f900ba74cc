package guard_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/guard"
	"github.com/mlops-iac/mlops/tests/harness"
)

func registering(typeToken, name string, props pulumi.Map) *pulumi.ResourceTransformArgs {
	return &pulumi.ResourceTransformArgs{Custom: true, Type: typeToken, Name: name, Props: props}
}

// refusal returns the error with which the SDK fails to marshal a transform's result.
func refusal(t *testing.T, result *pulumi.ResourceTransformResult) error {
	t.Helper()
	require.NotNil(t, result)
	output, isOutput := result.Props["guard"].(pulumi.Output)
	require.True(t, isOutput)
	_, err := internals.UnsafeAwaitOutput(t.Context(), output)
	return err
}

func TestTransformRefusesViolations(t *testing.T) {
	t.Parallel()
	session := guard.NewSession(nil, guard.Options{AllowDefaultProviders: true})
	transform := session.Transform()
	world := pulumi.Map{"type": pulumi.String("ingress"), "cidrBlocks": pulumi.ToSecret(pulumi.Array{pulumi.String("0.0.0.0/0")})}
	result := transform(t.Context(), registering(securityGroupRule, "web", world))
	assert.EqualError(t, refusal(t, result), `guard: MLOPS-NET-001 (no ingress from the internet): aws:ec2/securityGroupRule:SecurityGroupRule "web": `+
		`admits 0.0.0.0/0; fix: admit a security group, a prefix list or the CIDRs of your network`)

	inside := pulumi.Map{"type": pulumi.String("ingress"), "cidrBlocks": pulumi.Array{pulumi.String("10.0.0.0/8")}}
	assert.Nil(t, transform(t.Context(), registering(securityGroupRule, "db", inside)), "a registration that is fine stays as it is")

	report, err := session.Finish()
	assert.Equal(t, 2, report.Checked)
	assert.EqualError(t, err, refusal(t, result).Error())
}

func TestTransformHonoursExemptions(t *testing.T) {
	t.Parallel()
	session := guard.NewSession([]guard.Exemption{{Rule: "MLOPS-NET-001", Resource: "web", Reason: "public site"}}, guard.Options{AllowDefaultProviders: true})
	world := pulumi.Map{"type": pulumi.String("ingress"), "cidrBlocks": pulumi.Array{pulumi.String("0.0.0.0/0")}}
	assert.Nil(t, session.Transform()(t.Context(), registering(securityGroupRule, "web", world)))
	report, err := session.Finish()
	require.NoError(t, err)
	assert.Len(t, report.Exempted, 1)
}

// What the guard cannot read it does not let pass.
func TestTransformRefusesUnreadableInputs(t *testing.T) {
	t.Parallel()
	result := guard.NewSession(nil, guard.Options{}).Transform()(t.Context(), registering("a:b:C", "c", pulumi.Map{"x": pulumi.StringArray{}}))
	assert.EqualError(t, refusal(t, result), `guard: reading the inputs of a:b:C "c": input "x": unexpected input of type pulumi.StringArray`)
}

// The gate is refused for what only the whole set shows.
func TestGateEvaluatesTheWholeSet(t *testing.T) {
	t.Parallel()
	session := guard.NewSession([]guard.Exemption{{Rule: "MLOPS-NET-001", Resource: "gone", Reason: "r"}}, guard.Options{AllowDefaultProviders: true})
	transform := session.Transform()
	tagged := pulumi.Map{}
	for tag := range mandatory() {
		tagged[tag] = pulumi.String("v")
	}
	require.Nil(t, transform(t.Context(), registering(vpc, "net-vpc", pulumi.Map{"tags": tagged})))
	gate := registering(guard.GateToken, "guard", nil)
	gate.Custom = false
	assert.EqualError(t, refusal(t, transform(t.Context(), gate)), `guard: 3 violations:
  MLOPS-NET-002 (the default security group is empty): aws:ec2/vpc:Vpc "net-vpc": no default security group belongs to it; fix: adopt it with an ec2.DefaultSecurityGroup without rules
  MLOPS-NET-003 (VPCs have flow logs): aws:ec2/vpc:Vpc "net-vpc": no flow log belongs to it; fix: add an ec2.FlowLog for the VPC
  exemption from "MLOPS-NET-001" for "gone": matches no violation; remove it`)
}

func TestTransformDecodesWhatTheEngineShows(t *testing.T) {
	t.Parallel()
	session := guard.NewSession(nil, guard.Options{})
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		parent := &struct{ pulumi.ResourceState }{}
		if err := ctx.RegisterComponentResource("mlops:index:Network", "net", parent); err != nil {
			return err
		}
		args := registering("test:index:Thing", "thing", pulumi.Map{
			"flag": pulumi.Bool(true), "count": pulumi.Int(2), "text": pulumi.String("a").ToStringOutput(),
			"list":   pulumi.Array{pulumi.Float64(1.5), pulumi.ToSecret(pulumi.String("s"))},
			"object": pulumi.Map{"known": pulumi.ToSecret(pulumi.Map{"in": pulumi.String("x")}), "later": pulumi.UnsafeUnknownOutput(nil)},
			"later":  pulumi.UnsafeUnknownOutput(nil), "file": pulumi.NewStringAsset("x"), "none": nil,
		})
		args.Opts = pulumi.ResourceOptions{Parent: parent, Protect: true, RetainOnDelete: true}
		assert.Nil(t, session.Transform()(ctx.Context(), args))
		stack := &pulumi.ResourceTransformArgs{Type: string(resource.RootStackType), Name: "mlops-test"}
		assert.Nil(t, session.Transform()(ctx.Context(), stack))
		return nil
	}, pulumi.WithMocks(harness.Project, harness.Stack, &harness.Recorder{}))
	require.NoError(t, err)
	assert.Equal(t, []guard.Resource{{
		Type: "test:index:Thing", Name: "thing", Custom: true, Protect: true, RetainOnDelete: true,
		Parent: "urn:pulumi:test::mlops::mlops:index:Network::net",
		URN:    "urn:pulumi:test::mlops::mlops:index:Network$test:index:Thing::thing",
		Inputs: m{
			"flag": true, "count": 2.0, "text": "a", "list": l{1.5, "s"},
			"object": m{"known": m{"in": "x"}, "later": guard.Unknown{}}, "later": guard.Unknown{},
		},
		Secrets: []string{"list", "object"},
	}}, session.Seen())
}

func TestSessionIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	session := guard.NewSession(nil, guard.Options{AllowDefaultProviders: true})
	transform := session.Transform()
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			transform(t.Context(), registering(bucketACL, fmt.Sprintf("b%02d", i), pulumi.Map{"acl": pulumi.String("public-read")}))
			_, err := session.Finish()
			assert.Error(t, err)
		})
	}
	group.Wait()
	report, err := session.Finish()
	require.Error(t, err)
	assert.Equal(t, 50, report.Checked)
	assert.Len(t, report.Violations, 50)
}

// Under mocks no transform runs; the program must still work, and the gate is there to be seen.
func TestSessionUnderMocks(t *testing.T) {
	t.Parallel()
	recorder := harness.Run(t, func(ctx *pulumi.Context) error {
		session := guard.NewSession(nil, guard.Options{})
		if err := session.Attach(ctx); err != nil {
			return err
		}
		return session.Gate(ctx, "guard")
	})
	gate := recorder.One(t, guard.GateToken, "guard")
	assert.False(t, gate.Custom)
	assert.InDelta(t, len(guard.Rules(guard.Options{})), gate.Prop("rules"), 0)
}

func TestNewResourceDecodesRecordedInputs(t *testing.T) {
	t.Parallel()
	text := resource.NewStringProperty
	r := guard.NewResource("test:index:Thing", "thing", resource.PropertyMap{
		"secret":  resource.MakeSecret(resource.NewObjectProperty(resource.PropertyMap{"a": text("b"), "null": resource.NewNullProperty()})),
		"later":   resource.MakeComputed(text("")),
		"output":  resource.NewOutputProperty(resource.Output{Element: text("x"), Known: true, Secret: true}),
		"unknown": resource.NewOutputProperty(resource.Output{Element: text("x")}),
		"list":    resource.NewArrayProperty([]resource.PropertyValue{resource.NewNumberProperty(1), resource.NewBoolProperty(true)}),
		"null":    resource.NewNullProperty(),
	})
	assert.Equal(t, guard.Resource{
		Type: "test:index:Thing", Name: "thing", Custom: true,
		Inputs: m{
			"secret": m{"a": "b"}, "later": guard.Unknown{}, "output": "x", "unknown": guard.Unknown{}, "list": l{1.0, true},
		},
		Secrets: []string{"output", "secret"},
	}, r)
}
