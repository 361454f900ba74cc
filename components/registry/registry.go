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
	"github.com/mlops-iac/mlops/components/internal/tagmap"
	"github.com/mlops-iac/mlops/components/registry/spec"
)

// Token is the Pulumi type of a Registry.
const Token = "mlops:index:Registry"

// Registry is a set of image repositories with one key.
type Registry struct {
	pulumi.ResourceState

	// The outputs, as in Ref.
	RepositoryURLs pulumi.StringMapOutput `pulumi:"repositoryUrls"`
	RepositoryARNs pulumi.StringMapOutput `pulumi:"repositoryArns"`
	KeyARN         pulumi.StringOutput    `pulumi:"keyArn"`

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
	return r, contract.Register(ctx, r, r.ref)
}

func (r *Registry) create(ctx *pulumi.Context, name string, in *Args) error {
	key, err := cmk.New(ctx, name+"-key", &cmk.Args{
		Parent:      r,
		Description: "Images of " + name,
		// ECR itself works through grants made when a repository is created.
		Policy: []iampolicy.Statement{cmk.Account("AccountAdministers", in.place())},
		Keep:   in.keep(),
		// A repository with images is not deleted.
		Leaves:  !in.ForceDelete,
		Tags:    in.Tags,
		TagName: name,
	})
	if err != nil {
		return err
	}
	lifecycle, err := lifecyclePolicy(in)
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
	ctx *pulumi.Context, name string, in *Args, wanted spec.Repository, key *kms.Key,
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
		Tags:        tagmap.Named(in.Tags, in.fullName(wanted)),
	}, options.Stateful(r, in.keep())...)
}

func (r *Registry) attachPolicies(
	ctx *pulumi.Context, name string, in *Args, wanted spec.Repository, repository *ecr.Repository, lifecycle string,
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
