package minio

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
)

// Ref holds the outputs of a Store that others use. It holds no credential.
type Ref struct {
	// Endpoint is the URL clients in the cluster use.
	Endpoint pulumi.StringOutput `pulumi:"endpoint"`
	// Namespace is the name of the namespace.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
	// CACertificate is the authority that clients must trust, as PEM.
	CACertificate pulumi.StringOutput `pulumi:"caCertificate"`
	// ClientImage is the image of mc that makes accounts.
	ClientImage pulumi.StringOutput `pulumi:"clientImage"`
	// Buckets maps roles to the names of buckets. Whatever uses it waits for the
	// buckets.
	Buckets pulumi.StringMapOutput `pulumi:"buckets"`
}

// Outputs returns the Ref as the map that the component registers.
func (r Ref) Outputs() pulumi.Map { return contract.Outputs(r) }

// complete says whether the Ref comes from a Store: the zero value of an Output
// cannot be used.
func (r Ref) complete() bool {
	return r.Endpoint.OutputState != nil && r.Namespace.OutputState != nil && r.Buckets.OutputState != nil &&
		r.ClientImage.OutputState != nil
}

// AccountRef holds the names and keys by which a tenant's pods use their account.
type AccountRef struct {
	// AccessKey is the name of the user.
	AccessKey pulumi.StringOutput `pulumi:"accessKey"`
	// SecretKey is its password, a Pulumi secret.
	SecretKey pulumi.StringOutput `pulumi:"secretKey"`
}

// Outputs returns the Ref as the map that the component registers.
func (r AccountRef) Outputs() pulumi.Map { return contract.Outputs(r) }
