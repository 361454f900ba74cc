package registry

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/internal/cmk"
	"github.com/mlops-iac/mlops/components/internal/contract"
	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/internal/tags"
)

// Token is the Pulumi type of a Registry.
const Token = "mlops:index:Registry"

// Registry is a set of image repositories with one key.
type Registry struct {
	pulumi.ResourceState

	ref Ref
}

// Ref returns what other components need to know of the registry.
func (r *Registry) Ref() Ref { return r.ref }

// New builds a registry. AccountID and at least one repository are required.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Registry, error) {
	in := args.withDefaults()
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("registry %q: %w", name, err)
	}
	r := &Registry{}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), r, opts...); err != nil {
		return nil, err
	}
	if err := r.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("registry %q: %w", name, err)
	}
	return r, ctx.RegisterResourceOutputs(r, contract.Outputs(r.ref))
}

func (r *Registry) create(ctx *pulumi.Context, name string, in *Args) error {
	key, err := cmk.New(ctx, name+"-key", &cmk.Args{
		Parent:      r,
		Description: "Images of " + name,
		// ECR itself works through grants made when a repository is created.
		Policy:  []iampolicy.Statement{cmk.Account("AccountAdministers", in.place())},
		Keep:    in.keep(),
		Tags:    in.Tags,
		TagName: name,
	})
	if err != nil {
		return err
	}
	lifecycle, err := lifecyclePolicy(in.KeepImages, in.UntaggedDays)
	if err != nil {
		return err
	}
	urls, arns := pulumi.StringMap{}, pulumi.StringMap{}
	for _, wanted := range in.Repositories {
		repository, err := r.createRepository(ctx, name+"-"+wanted.Name, in, wanted, key)
		if err != nil {
			return fmt.Errorf("creating repository %s: %w", wanted.Name, err)
		}
		if err := r.attachPolicies(ctx, name+"-"+wanted.Name, in, wanted, repository, lifecycle); err != nil {
			return fmt.Errorf("repository %s: %w", wanted.Name, err)
		}
		urls[wanted.Name], arns[wanted.Name] = repository.RepositoryUrl, repository.Arn
	}
	r.ref = Ref{
		RepositoryURLs: urls.ToStringMapOutput(),
		RepositoryARNs: arns.ToStringMapOutput(),
		KeyARN:         key.Arn,
	}
	return nil
}

func (r *Registry) createRepository(
	ctx *pulumi.Context, name string, in *Args, wanted Repository, key *kms.Key,
) (*ecr.Repository, error) {
	return ecr.NewRepository(ctx, name, &ecr.RepositoryArgs{
		// Pipelines and definitions of tenants must know the name in advance.
		Name:               pulumi.String(in.fullName(wanted)),
		ImageTagMutability: pulumi.String("IMMUTABLE"),
		ImageScanningConfiguration: &ecr.RepositoryImageScanningConfigurationArgs{
			ScanOnPush: pulumi.Bool(true),
		},
		EncryptionConfigurations: ecr.RepositoryEncryptionConfigurationArray{
			&ecr.RepositoryEncryptionConfigurationArgs{EncryptionType: pulumi.String("KMS"), KmsKey: key.Arn},
		},
		ForceDelete: pulumi.Bool(in.ForceDelete),
		Tags:        tags.Named(in.Tags, in.fullName(wanted)),
	}, options.Stateful(r, in.keep())...)
}

func (r *Registry) attachPolicies(
	ctx *pulumi.Context, name string, in *Args, wanted Repository, repository *ecr.Repository, lifecycle string,
) error {
	_, err := ecr.NewLifecyclePolicy(ctx, name+"-lifecycle", &ecr.LifecyclePolicyArgs{
		Repository: repository.Name,
		Policy:     pulumi.String(lifecycle),
	}, pulumi.Parent(r))
	if err != nil {
		return fmt.Errorf("setting lifecycle: %w", err)
	}
	_, err = ecr.NewRepositoryPolicy(ctx, name+"-pull", &ecr.RepositoryPolicyArgs{
		Repository: repository.Name,
		Policy:     pullPolicy(in, wanted.Tenants),
	}, pulumi.Parent(r))
	if err != nil {
		return fmt.Errorf("granting pull: %w", err)
	}
	return nil
}
