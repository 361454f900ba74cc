package workloadidentity

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
)

// Mode is how a pod proves who it is.
type Mode string

// The modes.
const (
	// ModePodIdentity uses the EKS Pod Identity agent and an association.
	ModePodIdentity Mode = "podIdentity"
	// ModeIRSA uses the OIDC provider of the cluster and an annotation on the
	// service account.
	ModeIRSA Mode = "irsa"
)

// Modes lists the modes.
func Modes() []Mode { return []Mode{ModePodIdentity, ModeIRSA} }

// Args configures a WorkloadIdentity.
type Args struct {
	// ClusterName is the EKS cluster of the pods; required with ModePodIdentity,
	// unused with ModeIRSA, whose provider belongs to one cluster anyway.
	ClusterName pulumi.StringInput `pulumi:"clusterName"`
	// ClusterARN, if given, also tells the cluster from one of the same name in
	// another region; unused with ModeIRSA.
	ClusterARN pulumi.StringInput `pulumi:"clusterArn"`
	// Namespace is that of the one service account the role is for; required
	// unless Shared.
	Namespace string `pulumi:"namespace"`
	// ServiceAccount is its name; required unless Shared.
	ServiceAccount string `pulumi:"serviceAccount"`
	// Shared makes a role without an association, for any number of Associate
	// calls; ModePodIdentity only; default false.
	Shared bool `pulumi:"shared"`
	// Statements are the permissions of the pods. They, or ManagedPolicyARNs, are required.
	Statements []iampolicy.Statement `pulumi:"statements"`
	// ManagedPolicyARNs are attached besides Statements; their last path segments
	// name the attachments and must differ.
	ManagedPolicyARNs []string `pulumi:"managedPolicyArns"`
	// Mode is how the pods prove who they are; default ModePodIdentity.
	Mode Mode `pulumi:"mode"`
	// OIDC is the cluster's provider; required with ModeIRSA, and only there.
	OIDC *OIDC `pulumi:"oidc"`
	// AccountID, if given, is the only account EKS may act for when it assumes the
	// role; unused with ModeIRSA, whose provider belongs to one account.
	AccountID string `pulumi:"accountId"`
	// PermissionsBoundaryARN limits the role; default no boundary.
	PermissionsBoundaryARN string `pulumi:"permissionsBoundaryArn"`
	// MaxSessionDuration is how long credentials last at most, in seconds, 3600 to
	// 43200; default DefaultMaxSessionDuration.
	MaxSessionDuration int `pulumi:"maxSessionDuration"`
	// Tags go on every taggable resource.
	Tags map[string]string `pulumi:"tags"`
}

// OIDC is the identity provider of a cluster, for ModeIRSA.
type OIDC struct {
	// ProviderARN is the IAM OIDC provider; required.
	ProviderARN pulumi.StringInput `pulumi:"providerArn"`
	// Issuer is its URL, with or without "https://"; required.
	Issuer pulumi.StringInput `pulumi:"issuer"`
}

// inputs are what state and mocks show of the arguments.
func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"mode":               pulumi.String(a.Mode),
		"shared":             pulumi.Bool(a.Shared),
		"namespace":          pulumi.String(a.Namespace),
		"serviceAccount":     pulumi.String(a.ServiceAccount),
		"managedPolicyArns":  pulumi.ToStringArray(a.ManagedPolicyARNs),
		"maxSessionDuration": pulumi.Int(a.MaxSessionDuration),
	}
}
