package cluster

import (
	"errors"

	awseks "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-eks/sdk/v2/go/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/internal/tagmap"
)

// Only a mock gives such answers: see ControlPlane in the valid-by-default builders.
var (
	errNoChild  = errors.New("the eks:index:Cluster component returned no eksCluster")
	errNoGroup  = errors.New("the EKS cluster has no security group")
	errNoIssuer = errors.New("the EKS cluster has no OIDC issuer")
)

type serviceRole struct {
	role       *iam.Role
	attachment *iam.RolePolicyAttachment
}

func (c *Cluster) newServiceRole(ctx *pulumi.Context, name string, in *Args) (serviceRole, error) {
	role, err := iam.NewRole(ctx, name+"-role", &iam.RoleArgs{
		Description:      pulumi.String("Control plane of EKS cluster " + in.Name),
		AssumeRolePolicy: iampolicy.ServiceTrust("eks.amazonaws.com"),
		Tags:             tagmap.Plain(in.Tags),
	}, pulumi.Parent(c))
	if err != nil {
		return serviceRole{}, err
	}
	attachment, err := iam.NewRolePolicyAttachment(ctx, name+"-role-cluster", &iam.RolePolicyAttachmentArgs{
		Role:      role.Name,
		PolicyArn: pulumi.String("arn:" + in.Partition + ":iam::aws:policy/AmazonEKSClusterPolicy"),
	}, pulumi.Parent(c))
	return serviceRole{role: role, attachment: attachment}, err
}

func (c *Cluster) newControlPlane(ctx *pulumi.Context, name string, in *Args, role serviceRole, keep store) error {
	transform := ControlPlane{Name: in.Name, UpgradePolicy: in.UpgradePolicy, Tags: in.Tags, Protect: in.Protect}.Transform
	controlPlane, err := eks.NewCluster(ctx, name+"-control-plane", controlPlaneArgs(in, role.role, keep),
		pulumi.Parent(c),
		// EKS checks the role's permissions when it makes the cluster, and makes
		// a log group without retention or key when there is none.
		pulumi.DependsOn([]pulumi.Resource{role.attachment, keep.logGroup}),
		pulumi.Transforms([]pulumi.ResourceTransform{transform}))
	c.ControlPlane = controlPlane
	return err
}

func controlPlaneArgs(in *Args, role *iam.Role, keep store) *eks.ClusterArgs {
	mode := eks.AuthenticationModeApi
	args := &eks.ClusterArgs{
		Name:                            pulumi.String(in.Name),
		Version:                         pulumi.String(in.Version),
		VpcId:                           in.VPCID.ToStringOutput().ToStringPtrOutput(),
		PrivateSubnetIds:                in.subnets(),
		ServiceRole:                     role,
		AuthenticationMode:              &mode,
		EndpointPrivateAccess:           pulumi.Bool(true),
		EndpointPublicAccess:            pulumi.Bool(len(in.PublicAccessCIDRs) > 0),
		EnabledClusterLogTypes:          pulumi.ToStringArray(LogTypes()),
		EncryptionConfigKeyArn:          keep.secretsKey.Arn,
		KubernetesServiceIpAddressRange: pulumi.String(in.ServiceCIDR),
		SkipDefaultNodeGroup:            pulumi.BoolRef(true),
		// Otherwise an old CNI with network policy off is applied with kubectl.
		UseDefaultVpcCni: pulumi.BoolRef(true),
		// It opens a TLS connection to AWS even in a preview.
		CreateOidcProvider: pulumi.Bool(false),
		// Left out, a node role that nothing uses is made.
		InstanceRoles: iam.RoleArray{},
		// Given even when empty: with an explicit provider it is required, and
		// left out the kubeconfig would depend on AWS_PROFILE of whoever deploys.
		ProviderCredentialOpts: credentialOpts(in),
		Tags:                   tagmap.Plain(in.Tags),
		ClusterTags:            tagmap.Named(nil, in.Name),
	}
	if len(in.PublicAccessCIDRs) > 0 {
		args.PublicAccessCidrs = pulumi.ToStringArray(in.PublicAccessCIDRs)
	}
	return args
}

func credentialOpts(in *Args) eks.KubeconfigOptionsArgs {
	var opts eks.KubeconfigOptionsArgs
	if in.CredentialProfile != "" {
		opts.ProfileName = pulumi.String(in.CredentialProfile)
	}
	if in.CredentialRoleARN != "" {
		opts.RoleArn = pulumi.String(in.CredentialRoleARN)
	}
	return opts
}

// fillRef takes what is known in advance from the settings, so that a preview
// shows it, with a dependency on the control plane; the rest comes from EKS.
func (c *Cluster) fillRef(ctx *pulumi.Context, in *Args, keep store) {
	known := func(value string) pulumi.StringOutput {
		output := pulumi.OutputWithDependencies(ctx.Context(), pulumi.String(value).ToStringOutput(), c.ControlPlane)
		return output.(pulumi.StringOutput)
	}
	c.ref = Ref{
		Name:    known(in.Name),
		ARN:     known(in.arn()),
		Version: known(in.Version),
		Endpoint: c.fromEKS(func(child *awseks.Cluster) pulumi.StringOutput {
			return child.Endpoint
		}),
		CertificateAuthority: c.fromEKS(func(child *awseks.Cluster) pulumi.StringOutput {
			return child.CertificateAuthority.Data().Elem()
		}),
		SecurityGroupID: c.fromEKS(func(child *awseks.Cluster) pulumi.StringOutput {
			return pulumi.All(child.VpcConfig, child.Endpoint).ApplyT(securityGroup).(pulumi.StringOutput)
		}),
		OIDCIssuer: c.fromEKS(func(child *awseks.Cluster) pulumi.StringOutput {
			return child.Identities.ApplyT(issuer).(pulumi.StringOutput)
		}),
		SecretsKeyARN: keep.secretsKey.Arn,
		LogGroupName:  keep.logGroup.Name,
	}
}

// securityGroup reads the group from the VPC settings. These are an input, and
// known in a preview without the group; the endpoint beside them is not.
func securityGroup(values []any) (string, error) {
	if id := values[0].(awseks.ClusterVpcConfig).ClusterSecurityGroupId; id != nil {
		return *id, nil
	}
	return "", errNoGroup
}

// issuer stands in for the SDK's Index, which panics on an empty list.
func issuer(identities []awseks.ClusterIdentity) (string, error) {
	for _, identity := range identities {
		for _, oidc := range identity.Oidcs {
			if oidc.Issuer != nil {
				return *oidc.Issuer, nil
			}
		}
	}
	return "", errNoIssuer
}

// fromEKS reads an output of the EKS cluster inside the component. The SDK's
// own accessors dereference a nil cluster when a mock returns none.
func (c *Cluster) fromEKS(read func(*awseks.Cluster) pulumi.StringOutput) pulumi.StringOutput {
	return c.ControlPlane.EksCluster.ApplyT(func(child *awseks.Cluster) (pulumi.StringOutput, error) {
		if child == nil {
			return pulumi.StringOutput{}, errNoChild
		}
		return read(child), nil
	}).(pulumi.StringOutput)
}
