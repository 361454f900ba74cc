package platform

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// dummyKey stands where a preview without an account needs credentials: the real
// provider refuses to start without any.
const dummyKey = "embedded-preview"

// newAWSProvider makes the only AWS provider of the stack. It refuses to work
// in any account but the one the settings name.
func (b *build) newAWSProvider(ctx *pulumi.Context) (*aws.Provider, error) {
	args := &aws.ProviderArgs{Region: pulumi.String(b.settings.AWS.Region)}
	switch {
	case b.options.Offline:
		args.SkipCredentialsValidation = pulumi.Bool(true)
		args.SkipMetadataApiCheck = pulumi.Bool(true)
		args.SkipRegionValidation = pulumi.Bool(true)
		args.SkipRequestingAccountId = pulumi.Bool(true)
		args.AccessKey, args.SecretKey = pulumi.String(dummyKey), pulumi.String(dummyKey)
	default:
		args.AllowedAccountIds = pulumi.ToStringArray([]string{b.settings.AWS.AccountID})
		if profile := b.settings.AWS.Profile; profile != "" {
			args.Profile = pulumi.String(profile)
		}
		if role := b.settings.AWS.DeployRoleARN; role != "" {
			args.AssumeRole = aws.ProviderAssumeRoleArgs{RoleArn: pulumi.String(role), SessionName: pulumi.String("pulumi")}
		}
	}
	provider, err := aws.NewProvider(ctx, "aws", args)
	if err != nil {
		return nil, fmt.Errorf("making the AWS provider: %w", err)
	}
	return provider, nil
}

// newKubernetesProvider makes the only Kubernetes provider of the stack. A nil
// context is the kubeconfig's current one. Server-side apply lets controllers
// such as the autoscaler own their fields. ConfigMaps and Secrets are changed in
// place: pods carry their hashes, so they restart, and what refers to them by
// name need not be replaced.
//
// What the program says of an object holds, whoever said something else: an object
// that exists already is taken over, which is also how an up finishes that was
// killed, and a field that kubectl has changed is changed back. Versions of the
// provider differ in what they do when nothing is said.
func newKubernetesProvider(ctx *pulumi.Context, kubeconfig pulumi.StringInput, context pulumi.StringPtrInput) (*kubernetes.Provider, error) {
	provider, err := kubernetes.NewProvider(ctx, "kubernetes", &kubernetes.ProviderArgs{
		Kubeconfig:             kubeconfig.ToStringOutput().ToStringPtrOutput(),
		Context:                context,
		EnableServerSideApply:  pulumi.Bool(true),
		EnableConfigMapMutable: pulumi.Bool(true),
		EnableSecretMutable:    pulumi.Bool(true),
		EnablePatchForce:       pulumi.Bool(true),
		UpsertExistingObjects:  pulumi.Bool(true),
	})
	if err != nil {
		return nil, fmt.Errorf("making the Kubernetes provider: %w", err)
	}
	return provider, nil
}

// newExistingProvider makes the Kubernetes provider of a cluster that is there.
// Offline its kubeconfig is as unknown as that of a cluster yet to be made, so
// that no cluster is asked.
func (b *build) newExistingProvider(ctx *pulumi.Context) (*kubernetes.Provider, error) {
	at := b.options.clusterOf(b.settings)
	// Never nil, for which the SDK would put what KUBECONFIG says on this machine
	// into the state. The provider finds the usual places by itself.
	var kubeconfig pulumi.StringInput = pulumi.String(at.Kubeconfig)
	if b.options.Offline {
		kubeconfig = pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) string { return "" }).(pulumi.StringOutput)
	}
	return newKubernetesProvider(ctx, kubeconfig, pulumi.String(at.Context))
}
