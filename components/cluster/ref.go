package cluster

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
)

// OutputKey is the stack output under which the platform exports the Ref.
const OutputKey = "cluster"

// Ref holds the outputs of a cluster that others use.
type Ref struct {
	// Name is the EKS cluster name.
	Name pulumi.StringOutput `pulumi:"name"`
	// ARN is the ARN of the cluster.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// Version is the Kubernetes minor version, for example "1.35".
	Version pulumi.StringOutput `pulumi:"version"`
	// Endpoint is the URL of the Kubernetes API.
	Endpoint pulumi.StringOutput `pulumi:"endpoint"`
	// CertificateAuthority is the base64 CA bundle of the Kubernetes API.
	CertificateAuthority pulumi.StringOutput `pulumi:"certificateAuthority"`
	// SecurityGroupID is the group EKS puts on the control plane and its managed nodes.
	SecurityGroupID pulumi.StringOutput `pulumi:"securityGroupId"`
	// SecretsKeyARN is the KMS key that encrypts Kubernetes secrets.
	SecretsKeyARN pulumi.StringOutput `pulumi:"secretsKeyArn"`
	// LogGroupName receives the control-plane logs.
	LogGroupName pulumi.StringOutput `pulumi:"logGroupName"`
	// OIDCIssuer is the URL of the OIDC issuer of the cluster, for IRSA.
	OIDCIssuer pulumi.StringOutput `pulumi:"oidcIssuer"`
}

// RefFromStack reads the Ref that another stack of this platform exports.
func RefFromStack(stack *pulumi.StackReference) (Ref, error) {
	return contract.FromStack[Ref](stack, OutputKey)
}

// Outputs returns the Ref as the map a stack exports under OutputKey.
func (r Ref) Outputs() pulumi.Map { return contract.Outputs(r) }
