package registry

import (
	"fmt"
	"regexp"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/known"
	"github.com/mlops-iac/mlops/internal/awsenv"
	"github.com/mlops-iac/mlops/internal/faults"
	"github.com/mlops-iac/mlops/internal/tags"
)

// nameRule is ECR's: parts of lower-case letters and digits, joined by single
// ".", "_", "-" or "/", beginning with a letter.
var nameRule = regexp.MustCompile(`^[a-z][a-z0-9]*([._/-][a-z0-9]+)*$`)

const (
	nameMessage = "must be lower-case letters and digits joined by single . _ - or /, beginning with a letter"

	// ECR's limits on the length of a repository's name.
	minNameLength = 2
	maxNameLength = 256
)

func (a *Args) validate() error {
	return faults.ToError("", slices.Concat(a.validateAccount(), a.validateNumbers(), a.validateRepositories(),
		tags.Check(field.NewPath("tags"), a.Tags)))
}

func (a *Args) validateAccount() field.ErrorList {
	list := awsenv.CheckAccountID(field.NewPath("accountId"), a.AccountID)
	list = append(list, awsenv.CheckPartition(field.NewPath("partition"), a.Partition, "")...)
	for i, principal := range a.PullPrincipalARNs {
		at := field.NewPath("pullPrincipalArns").Index(i)
		if principal == nil {
			list = append(list, field.Required(at, "must be the ARN of a role"))
		}
		list = append(list, known.Check(at, principal, awsenv.IsRoleARN, "must be the ARN of an IAM role")...)
	}
	return list
}

func (a *Args) validateNumbers() field.ErrorList {
	var list field.ErrorList
	if a.KeepImages < 1 {
		list = append(list, field.Invalid(field.NewPath("keepImages"), a.KeepImages, "must be at least 1"))
	}
	if a.UntaggedDays < 1 {
		list = append(list, field.Invalid(field.NewPath("untaggedDays"), a.UntaggedDays, "must be at least 1"))
	}
	return list
}

func (a *Args) validateRepositories() field.ErrorList {
	path := field.NewPath("repositories")
	if len(a.Repositories) == 0 {
		return field.ErrorList{field.Required(path, "must have at least one repository")}
	}
	var list field.ErrorList
	if a.Prefix != "" && !nameRule.MatchString(a.Prefix) {
		list = append(list, field.Invalid(field.NewPath("prefix"), a.Prefix, nameMessage))
	}
	seen := map[string]bool{}
	for i, repository := range a.Repositories {
		at := path.Index(i)
		if seen[repository.Name] {
			list = append(list, field.Duplicate(at.Child("name"), repository.Name))
		}
		seen[repository.Name] = true
		list = append(list, a.validateName(at.Child("name"), repository)...)
		list = append(list, validateTenants(at.Child("tenants"), repository.Tenants)...)
	}
	return list
}

func (a *Args) validateName(path *field.Path, repository Repository) field.ErrorList {
	full := a.fullName(repository)
	switch {
	case repository.Name == "":
		return field.ErrorList{field.Required(path, "must name the repository")}
	case !nameRule.MatchString(repository.Name):
		return field.ErrorList{field.Invalid(path, repository.Name, nameMessage)}
	case len(full) < minNameLength || len(full) > maxNameLength:
		return field.ErrorList{field.Invalid(path, repository.Name, fmt.Sprintf(
			"must make, with the prefix, a name of %d to %d characters, not %d", minNameLength, maxNameLength, len(full)))}
	}
	return nil
}

func validateTenants(path *field.Path, tenants []string) field.ErrorList {
	var list field.ErrorList
	for i, tenant := range tenants {
		if slices.Contains(tenants[:i], tenant) {
			list = append(list, field.Duplicate(path.Index(i), tenant))
		}
		// The API's own message shows a regular expression; ours shows the rule.
		if len(validation.IsDNS1123Label(tenant)) > 0 {
			list = append(list, field.Invalid(path.Index(i), tenant,
				"must be a namespace: 1 to 63 lower-case letters, digits and -, beginning and ending with a letter or digit"))
		}
	}
	return list
}
