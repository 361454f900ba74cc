package cluster

import (
	"cmp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/cluster/spec"
	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

// DefaultKeyDeletionDays is 30, the longest KMS allows: a deleted key makes
// every secret in etcd unreadable.
const DefaultKeyDeletionDays = 30

// LogTypes returns every control-plane log EKS can write.
func LogTypes() []string {
	return []string{"api", "audit", "authenticator", "controllerManager", "scheduler"}
}

// Args configures a Cluster. AdminPrincipalARNs and the first six fields after
// the spec are required.
type Args struct {
	// Cluster is the cluster as a stack file describes it. New installs, and so
	// pins, StageOneAddons; give the same AddonVersions to NewAddons. An add-on
	// that is not pinned keeps the version it got when it was first created.
	spec.Cluster

	// Name is the EKS name of the cluster: 1 to 100 letters, digits, "-" and
	// "_", starting with a letter or digit. It must be known in advance because
	// the log group and the key aliases carry it. A change replaces the cluster.
	Name string `pulumi:"name"`
	// AccountID is the 12-digit AWS account the cluster lives in.
	AccountID string `pulumi:"accountId"`
	// Region is the AWS region the cluster lives in, for example "eu-west-1".
	Region string `pulumi:"region"`
	// VPCID is the VPC of the cluster.
	VPCID pulumi.StringInput `pulumi:"vpcId"`
	// VPCCIDR is the IPv4 range of that VPC; only read to check that ServiceCIDR
	// does not overlap it.
	VPCCIDR string `pulumi:"vpcCidr"`
	// PrivateSubnetIDs receive the network interfaces of the control plane; at
	// least two, in different zones.
	PrivateSubnetIDs pulumi.StringArrayInput `pulumi:"privateSubnetIds"`

	// SubnetZones are the zones of PrivateSubnetIDs, in the same order. Default none:
	// then the control plane is in all of them, and no Zones can be said.
	SubnetZones []string `pulumi:"subnetZones"`
	// PrincipalGroups lets further IAM roles and users log in, by their ARNs, and
	// puts them into these Kubernetes groups. What those may do, roles and bindings
	// in the cluster say. Default none.
	PrincipalGroups map[string][]string `pulumi:"principalGroups"`
	// Partition is "aws", "aws-cn" or "aws-us-gov"; default the one Region lies in.
	Partition string `pulumi:"partition"`
	// SecretsKeyDeletionDays is how long a deleted KMS key can be restored,
	// 7 to 30. Default DefaultKeyDeletionDays.
	SecretsKeyDeletionDays int `pulumi:"secretsKeyDeletionDays"`
	// CreateOIDCProvider makes the IAM OIDC provider that IAM roles for service
	// accounts (IRSA) need. Default off: EKS Pod Identity does not need one.
	CreateOIDCProvider bool `pulumi:"createOidcProvider"`
	// CredentialProfile is the AWS profile a client of Kubeconfig uses. Default
	// the client's own credentials.
	CredentialProfile string `pulumi:"credentialProfile"`
	// CredentialRoleARN is the IAM role a client of Kubeconfig assumes. Default
	// none.
	CredentialRoleARN string `pulumi:"credentialRoleArn"`
	// Protect stops Pulumi from deleting the control plane, its keys and its log
	// group. Default off.
	Protect bool `pulumi:"protect"`
	// RetainOnDelete leaves the keys and the log group in AWS when the cluster
	// is destroyed. Default off.
	RetainOnDelete bool `pulumi:"retainOnDelete"`
	// Tags go on every taggable resource.
	Tags map[string]string `pulumi:"tags"`
}

// withDefaults returns a copy with every default. Nothing changes what its lists
// and maps hold.
func (a *Args) withDefaults() *Args {
	in := &Args{}
	if a != nil {
		*in = *a
	}
	in.Cluster = in.Cluster.WithDefaults()
	in.Partition = cmp.Or(in.Partition, awsenv.PartitionOf(in.Region))
	in.SecretsKeyDeletionDays = cmp.Or(in.SecretsKeyDeletionDays, DefaultKeyDeletionDays)
	return in
}

func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"name":              pulumi.String(a.Name),
		"version":           pulumi.String(a.Version),
		"vpcId":             a.VPCID,
		"privateSubnetIds":  a.subnets(),
		"serviceCidr":       pulumi.String(a.ServiceCIDR),
		"publicAccessCidrs": pulumi.ToStringArray(a.PublicAccessCIDRs),
	}
}

// subnets are those of the control plane: one in each of its zones, or all.
func (a *Args) subnets() pulumi.StringArrayInput {
	if len(a.Zones) == 0 || slices.Equal(a.Zones, a.SubnetZones) {
		return a.PrivateSubnetIDs
	}
	all, own := a.PrivateSubnetIDs.ToStringArrayOutput(), pulumi.StringArray{}
	for _, zone := range a.Zones {
		own = append(own, all.Index(pulumi.Int(slices.Index(a.SubnetZones, zone))))
	}
	return own
}

func (a *Args) place() awsenv.Place {
	return awsenv.Place{Partition: a.Partition, Region: a.Region, AccountID: a.AccountID}
}

func (a *Args) keep() options.Keep {
	return options.Keep{Protect: a.Protect, RetainOnDelete: a.RetainOnDelete}
}

func (a *Args) arn() string {
	return "arn:" + a.Partition + ":eks:" + a.Region + ":" + a.AccountID + ":cluster/" + a.Name
}

func (a *Args) logGroupName() string { return "/aws/eks/" + a.Name + "/cluster" }
