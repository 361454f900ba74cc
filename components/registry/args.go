package registry

import (
	"cmp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/registry/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/defaults"
)

// Args configure a Registry.
type Args struct {
	// Registry says which repositories there are and how many images they keep; at
	// least one repository is required.
	spec.Registry
	// AccountID is the 12-digit account the repositories are built in; required.
	AccountID string `pulumi:"accountId"`
	// Partition is the AWS partition; default "aws".
	Partition string `pulumi:"partition"`
	// Prefix goes before every repository's name, separated by "/"; default none.
	// It keeps the repositories of several stacks in one account apart.
	Prefix string `pulumi:"prefix"`
	// UntaggedDays is after how many days an untagged image expires; default
	// DefaultUntaggedDays.
	UntaggedDays int `pulumi:"untaggedDays"`
	// PullPrincipalARNs are the roles that may pull from every repository, such as
	// node roles; default none.
	PullPrincipalARNs []pulumi.StringInput `pulumi:"pullPrincipalArns"`
	// Protect refuses to delete or replace the repositories and their key; default
	// false.
	Protect bool `pulumi:"protect"`
	// RetainOnDelete leaves the repositories and their key in AWS when they leave
	// the program or the stack is destroyed; default false.
	RetainOnDelete bool `pulumi:"retainOnDelete"`
	// Tags are put on every taggable resource; default none.
	Tags map[string]string `pulumi:"tags"`
}

// DefaultUntaggedDays gives a build whose push was interrupted a week to be
// looked at.
const DefaultUntaggedDays = 7

func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.Repositories = slices.Clone(in.Repositories)
	in.PullPrincipalARNs = slices.Clone(in.PullPrincipalARNs)
	defaults.Fill(&in.Registry, spec.Default())
	in.UntaggedDays = cmp.Or(in.UntaggedDays, DefaultUntaggedDays)
	in.Partition = cmp.Or(in.Partition, awsenv.Commercial)
	return &in
}

func (a *Args) inputs() pulumi.Map {
	names := make(pulumi.StringArray, len(a.Repositories))
	for i, repository := range a.Repositories {
		names[i] = pulumi.String(a.fullName(repository))
	}
	return pulumi.Map{
		"repositories":       names,
		"keepImages":         pulumi.Int(a.KeepImages),
		"protectedTagPrefix": pulumi.String(a.ProtectedTagPrefix),
		"untaggedDays":       pulumi.Int(a.UntaggedDays),
	}
}

// place has no region: nothing here is named by one.
func (a *Args) place() awsenv.Place {
	return awsenv.Place{Partition: a.Partition, AccountID: a.AccountID}
}

func (a *Args) keep() options.Keep {
	return options.Keep{Protect: a.Protect, RetainOnDelete: a.RetainOnDelete}
}

func (a *Args) fullName(repository spec.Repository) string {
	if a.Prefix == "" {
		return repository.Name
	}
	return a.Prefix + "/" + repository.Name
}
