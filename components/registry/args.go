package registry

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/internal/awsenv"
)

// Args configure a Registry.
type Args struct {
	// AccountID is the 12-digit account the repositories are built in; required.
	AccountID string
	// Repositories are the repositories to build; at least one.
	Repositories []Repository
	// Prefix goes before every repository's name, separated by "/"; default none.
	// It keeps the repositories of several stacks in one account apart.
	Prefix string
	// KeepImages is how many images, the newest, a repository keeps; default
	// DefaultKeepImages.
	KeepImages int
	// UntaggedDays is after how many days an untagged image expires; default
	// DefaultUntaggedDays.
	UntaggedDays int
	// PullPrincipalARNs are the roles that may pull from every repository, such as
	// node roles; default none.
	PullPrincipalARNs []pulumi.StringInput
	// Partition is the AWS partition; default "aws".
	Partition string
	// Protect refuses to delete or replace the repositories and their key; default
	// false.
	Protect bool
	// RetainOnDelete leaves the repositories and their key in AWS when they leave
	// the program or the stack is destroyed; default false.
	RetainOnDelete bool
	// ForceDelete lets a repository be deleted with its images; default false.
	ForceDelete bool
	// Tags are put on every taggable resource; default none.
	Tags map[string]string
}

// Repository is one image's repository.
type Repository struct {
	// Name is the name without the prefix, such as "inference"; required. It is
	// the key of Ref.RepositoryURLs.
	Name string
	// Tenants are the Kubernetes namespaces whose pods may pull with their own
	// identity; default none.
	Tenants []string
}

func (a *Args) inputs() pulumi.Map {
	names := make(pulumi.StringArray, len(a.Repositories))
	for i, repository := range a.Repositories {
		names[i] = pulumi.String(a.fullName(repository))
	}
	return pulumi.Map{
		"repositories": names,
		"keepImages":   pulumi.Int(a.KeepImages),
		"untaggedDays": pulumi.Int(a.UntaggedDays),
	}
}

// place has no region: nothing here is named by one.
func (a *Args) place() awsenv.Place {
	return awsenv.Place{Partition: a.Partition, AccountID: a.AccountID}
}

func (a *Args) keep() options.Keep {
	return options.Keep{Protect: a.Protect, RetainOnDelete: a.RetainOnDelete}
}

func (a *Args) fullName(repository Repository) string {
	if a.Prefix == "" {
		return repository.Name
	}
	return a.Prefix + "/" + repository.Name
}
