package valid

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/tests/pulumitest"
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
		Name:             "platform-test",
		AccountID:        pulumitest.Account,
		Region:           pulumitest.Region,
		VPCID:            pulumi.String("vpc-1"),
		VPCCIDR:          "10.0.0.0/16",
		PrivateSubnetIDs: pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}),
		AdminPrincipalARNs: []string{
			"arn:aws:iam::" + pulumitest.Account + ":role/deployer",
			"arn:aws:iam::" + pulumitest.Account + ":role/ops/break-glass",
		},
		Tags: eksTags(),
	}
}

// ClusterRef returns the Ref of a cluster made elsewhere.
func ClusterRef() cluster.Ref {
	text := func(value string) pulumi.StringOutput { return pulumi.String(value).ToStringOutput() }
	arn := "arn:aws:eks:" + pulumitest.Region + ":" + pulumitest.Account
	return cluster.Ref{
		Name:                 text("platform-test"),
		ARN:                  text(arn + ":cluster/platform-test"),
		Version:              text(cluster.DefaultVersion),
		Endpoint:             text(ClusterEndpoint),
		CertificateAuthority: text(ClusterCertificateAuthority),
		SecurityGroupID:      text(ClusterSecurityGroupID),
		SecretsKeyARN:        text("arn:aws:kms:" + pulumitest.Region + ":" + pulumitest.Account + ":key/secrets"),
		LogGroupName:         text("/aws/eks/platform-test/cluster"),
		OIDCIssuer:           text(ClusterOIDCIssuer),
	}
}

// ClusterAddons returns arguments cluster.NewAddons accepts.
func ClusterAddons() *cluster.AddonsArgs {
	return &cluster.AddonsArgs{Cluster: ClusterRef(), Tags: eksTags()}
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
func ControlPlane(stack string) pulumitest.Option {
	return pulumitest.WithOutputs(controlPlaneToken, func(name string, _ resource.PropertyMap) resource.PropertyMap {
		urn := resource.NewURN(tokens.QName(stack), pulumitest.Project, cluster.Token, controlPlaneToken, name)
		return resource.PropertyMap{
			"eksCluster": resource.NewProperty(resource.ResourceReference{
				URN: urn, Name: name + "-eksCluster", Type: cluster.ControlPlaneType, ID: resource.NewProperty(name),
			}),
			"endpoint":             resource.NewProperty(ClusterEndpoint),
			"certificateAuthority": object("data", ClusterCertificateAuthority),
			"vpcConfig":            object("clusterSecurityGroupId", ClusterSecurityGroupID),
			"identities": list(resource.NewProperty(resource.PropertyMap{
				"oidcs": list(object("issuer", ClusterOIDCIssuer)),
			})),
		}
	})
}

func object(key resource.PropertyKey, value string) resource.PropertyValue {
	return resource.NewProperty(resource.PropertyMap{key: resource.NewProperty(value)})
}

func list(items ...resource.PropertyValue) resource.PropertyValue {
	return resource.NewProperty(items)
}

func eksTags() map[string]string {
	return map[string]string{
		"project": "mlops", "environment": "test", "owner": "ml-platform",
		"cost-center": "ml-001", "managed-by": "pulumi",
	}
}
