package cluster

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-eks/sdk/v2/go/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
)

// Token is the type token of Cluster.
const Token = "mlops:index:Cluster"

// Cluster is an EKS control plane with its keys, logs, administrators and the
// add-ons that nodes need to join.
type Cluster struct {
	pulumi.ResourceState

	// ControlPlane is the pulumi-eks component inside.
	ControlPlane *eks.Cluster
	// OIDCProvider is nil unless Args.CreateOIDCProvider.
	OIDCProvider *iam.OpenIdConnectProvider

	// The outputs, as in Ref.
	Name                 pulumi.StringOutput `pulumi:"name"`
	ARN                  pulumi.StringOutput `pulumi:"arn"`
	Version              pulumi.StringOutput `pulumi:"version"`
	Endpoint             pulumi.StringOutput `pulumi:"endpoint"`
	CertificateAuthority pulumi.StringOutput `pulumi:"certificateAuthority"`
	SecurityGroupID      pulumi.StringOutput `pulumi:"securityGroupId"`
	SecretsKeyARN        pulumi.StringOutput `pulumi:"secretsKeyArn"`
	LogGroupName         pulumi.StringOutput `pulumi:"logGroupName"`
	OIDCIssuer           pulumi.StringOutput `pulumi:"oidcIssuer"`

	ref         Ref
	kubeconfig  pulumi.StringOutput
	adminAccess []pulumi.Resource
	addons      []pulumi.Resource
}

// New makes a Cluster. Node groups must depend on what is Ready and NewAddons
// on them:
//
//	c, err := cluster.New(ctx, "platform", args)
//	g, err := nodegroup.New(ctx, "system", groupArgs, pulumi.DependsOn(c.Ready()))
//	a, err := cluster.NewAddons(ctx, "platform-addons", addonArgs, pulumi.DependsOn(g.Ready()))
//
// It returns an error that lists every error of args.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Cluster, error) {
	in := args.withDefaults()
	if err := in.validate(name); err != nil {
		return nil, fmt.Errorf("cluster %q: %w", name, err)
	}
	c := &Cluster{}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), c, opts...); err != nil {
		return nil, err
	}
	if err := c.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("cluster %q: %w", name, err)
	}
	return c, contract.Register(ctx, c, c.ref)
}

// Ref returns what other components need to know of the cluster.
func (c *Cluster) Ref() Ref { return c.ref }

// Ready returns what must exist before a node can join: the control plane, the
// administrators' access and the add-ons New installs. Depend on these and not
// on the component: Pulumi's Go SDK registers a component's children in the
// background, and a dependency on the component misses those it has not got to.
func (c *Cluster) Ready() []pulumi.Resource {
	return slices.Concat([]pulumi.Resource{c.ControlPlane}, c.adminAccess, c.addons)
}

func (c *Cluster) create(ctx *pulumi.Context, name string, in *Args) error {
	role, err := c.newServiceRole(ctx, name, in)
	if err != nil {
		return fmt.Errorf("creating service role: %w", err)
	}
	store, err := c.newStore(ctx, name, in)
	if err != nil {
		return err
	}
	if err := c.newControlPlane(ctx, name, in, role, store); err != nil {
		return fmt.Errorf("creating control plane: %w", err)
	}
	c.fillRef(ctx, in, store)
	if err := c.grantAccess(ctx, name, in); err != nil {
		return fmt.Errorf("granting access: %w", err)
	}
	c.kubeconfig = c.newKubeconfig(ctx, in)
	if err := c.newStageOne(ctx, name, in); err != nil {
		return err
	}
	if in.CreateOIDCProvider {
		return c.newOIDCProvider(ctx, name, in)
	}
	return nil
}
