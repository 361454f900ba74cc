// Package valid has valid arguments for the tests of cluster, which change what they are about.
package valid

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/components/cluster/spec"
	"github.com/mlops-iac/mlops/tests/harness"
)

// What a mocked EKS answers.
const (
	ClusterEndpoint             = "https://0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com"
	ClusterCertificateAuthority = "Y2VydGlmaWNhdGU="
	ClusterSecurityGroupID      = "sg-0123456789abcdef0"
	ClusterOIDCIssuer           = "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF"
)

const controlPlaneToken = "eks:index:Cluster"

// Cluster returns arguments cluster.New accepts.
func Cluster() *cluster.Args {
	return &cluster.Args{
		Cluster: spec.Cluster{AdminPrincipalARNs: []string{
			"arn:aws:iam::" + harness.Account + ":role/deployer",
			"arn:aws:iam::" + harness.Account + ":role/ops/break-glass",
		}},
		Name:             "platform-test",
		AccountID:        harness.Account,
		Region:           harness.Region,
		VPCID:            pulumi.String("vpc-1"),
		VPCCIDR:          "10.0.0.0/16",
		PrivateSubnetIDs: pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}),
		Tags:             harness.Tags(),
	}
}

// ClusterRef returns the Ref of a cluster made elsewhere.
func ClusterRef() cluster.Ref {
	text := func(value string) pulumi.StringOutput { return pulumi.String(value).ToStringOutput() }
	arn := "arn:aws:eks:" + harness.Region + ":" + harness.Account
	return cluster.Ref{
		Name:                 text("platform-test"),
		ARN:                  text(arn + ":cluster/platform-test"),
		Version:              text(spec.DefaultVersion),
		Endpoint:             text(ClusterEndpoint),
		CertificateAuthority: text(ClusterCertificateAuthority),
		SecurityGroupID:      text(ClusterSecurityGroupID),
		SecretsKeyARN:        text("arn:aws:kms:" + harness.Region + ":" + harness.Account + ":key/secrets"),
		LogGroupName:         text("/aws/eks/platform-test/cluster"),
		OIDCIssuer:           text(ClusterOIDCIssuer),
	}
}

// ClusterAddons returns arguments cluster.NewAddons accepts.
func ClusterAddons() *cluster.AddonsArgs {
	return &cluster.AddonsArgs{Cluster: ClusterRef(), Tags: harness.Tags()}
}

// ControlPlane makes a mocked run answer for the EKS component what EKS would.
// Without it the outputs that only EKS knows are errors in a normal run. stack
// is the stack the program runs under; the cluster.Cluster must not have a
// parent.
//
// The EKS component returns its cluster as a reference to a child resource that
// a mock never registers. The reference here points to the component itself and
// calls it by the child's type, which makes the SDK read the child's outputs
// from the component's.
func ControlPlane(stack string) harness.Option {
	return harness.WithOutputs(controlPlaneToken, func(name string, _ resource.PropertyMap) resource.PropertyMap {
		urn := resource.NewURN(tokens.QName(stack), harness.Project, cluster.Token, controlPlaneToken, name)
		return resource.PropertyMap{
			"eksCluster": resource.NewProperty(resource.ResourceReference{
				URN: urn, Name: name + "-eksCluster", Type: cluster.ControlPlaneType, ID: resource.NewProperty(name),
			}),
			"endpoint":             resource.NewProperty(ClusterEndpoint),
			"certificateAuthority": harness.Object("data", ClusterCertificateAuthority),
			"vpcConfig":            harness.Object("clusterSecurityGroupId", ClusterSecurityGroupID),
			"identities": harness.List(resource.NewProperty(resource.PropertyMap{
				"oidcs": harness.List(harness.Object("issuer", ClusterOIDCIssuer)),
			})),
		}
	})
}
