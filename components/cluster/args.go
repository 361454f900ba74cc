package cluster

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/internal/awsenv"
)

// Args configures a Cluster. The first seven fields are required.
type Args struct {
	// Name is the EKS name of the cluster: 1 to 100 letters, digits, "-" and
	// "_", starting with a letter or digit. It must be known in advance because
	// the log group and the key aliases carry it. A change replaces the cluster.
	Name string
	// AccountID is the 12-digit AWS account the cluster lives in.
	AccountID string
	// Region is the AWS region the cluster lives in, for example "eu-west-1".
	Region string
	// VPCID is the VPC of the cluster.
	VPCID pulumi.StringInput
	// VPCCIDR is the IPv4 range of that VPC; only read to check that ServiceCIDR
	// does not overlap it.
	VPCCIDR string
	// PrivateSubnetIDs receive the network interfaces of the control plane; at
	// least two, in different zones.
	PrivateSubnetIDs pulumi.StringArrayInput
	// AdminPrincipalARNs are the IAM roles and users that administer the
	// cluster; at least two, so that losing one locks nobody out. The principal
	// that deploys must be among them: nobody gets access by having created the
	// cluster.
	AdminPrincipalARNs []string

	// ViewerPrincipalARNs may read everything in the cluster, secrets included.
	// Default none.
	ViewerPrincipalARNs []string
	// Partition is "aws", "aws-cn" or "aws-us-gov"; default the one Region lies in.
	Partition string
	// Version is the Kubernetes minor version. Default DefaultVersion.
	Version string
	// ServiceCIDR is the range of Service addresses: private, /12 to /24, outside
	// VPCCIDR. Default DefaultServiceCIDR. A change replaces the cluster.
	ServiceCIDR string
	// PublicAccessCIDRs may reach the Kubernetes API over the internet, /8 or
	// narrower. Default none: the API then answers only inside the VPC.
	PublicAccessCIDRs []string
	// LogRetentionDays is how long control-plane logs are kept, one of the
	// values CloudWatch Logs accepts. Default DefaultLogRetentionDays.
	LogRetentionDays int
	// SecretsKeyDeletionDays is how long a deleted KMS key can be restored,
	// 7 to 30. Default DefaultKeyDeletionDays.
	SecretsKeyDeletionDays int
	// AddonVersions pins add-ons that New installs (see StageOneAddons), for
	// example {"vpc-cni": "v1.20.4-eksbuild.2"}. An add-on that is not listed
	// gets the version EKS offers by default for the Kubernetes version at the
	// time it is first created, and stays there until it is pinned.
	AddonVersions map[string]string
	// CreateOIDCProvider makes the IAM OIDC provider that IAM roles for service
	// accounts (IRSA) need. Default off: EKS Pod Identity does not need one.
	CreateOIDCProvider bool
	// CredentialProfile is the AWS profile a client of Kubeconfig uses. Default
	// the client's own credentials.
	CredentialProfile string
	// CredentialRoleARN is the IAM role a client of Kubeconfig assumes. Default
	// none.
	CredentialRoleARN string
	// Protect stops Pulumi from deleting the control plane, its keys and its log
	// group. Default off.
	Protect bool
	// RetainOnDelete leaves the keys and the log group in AWS when the cluster
	// is destroyed. Default off.
	RetainOnDelete bool
	// Tags go on every taggable resource.
	Tags map[string]string
}

func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"name":              pulumi.String(a.Name),
		"version":           pulumi.String(a.Version),
		"vpcId":             a.VPCID,
		"privateSubnetIds":  a.PrivateSubnetIDs,
		"serviceCidr":       pulumi.String(a.ServiceCIDR),
		"publicAccessCidrs": pulumi.ToStringArray(a.PublicAccessCIDRs),
	}
}

func (a *Args) place() awsenv.Place {
	return awsenv.Place{Partition: a.Partition, Region: a.Region, AccountID: a.AccountID}
}

func (a *Args) keep() options.Keep {
	return options.Keep{Protect: a.Protect, RetainOnDelete: a.RetainOnDelete}
}

func (a *Args) clone() *Args {
	if a == nil {
		return &Args{}
	}
	c := *a
	c.AdminPrincipalARNs = slices.Clone(a.AdminPrincipalARNs)
	c.ViewerPrincipalARNs = slices.Clone(a.ViewerPrincipalARNs)
	c.PublicAccessCIDRs = slices.Clone(a.PublicAccessCIDRs)
	c.AddonVersions = maps.Clone(a.AddonVersions)
	c.Tags = maps.Clone(a.Tags)
	return &c
}

func (a *Args) arn() string {
	return "arn:" + a.Partition + ":eks:" + a.Region + ":" + a.AccountID + ":cluster/" + a.Name
}

func (a *Args) logGroupName() string { return "/aws/eks/" + a.Name + "/cluster" }
