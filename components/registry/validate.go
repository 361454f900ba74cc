package registry

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/known"
	"github.com/mlops-iac/mlops/components/registry/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/tags"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// maxFullName is how many characters ECR takes for a name with its prefix.
const maxFullName = 256

func (a *Args) validate() error {
	list := validation.Required(nil, a.Registry, "")
	list = append(list, a.Registry.Check(nil)...)
	list = append(list, awsenv.CheckAccountID(field.NewPath("accountId"), a.AccountID)...)
	list = append(list, awsenv.CheckPartition(field.NewPath("partition"), a.Partition, "")...)
	list = append(list, tags.Check(field.NewPath("tags"), a.Tags)...)
	list = append(list, a.validatePrefix()...)
	list = append(list, a.validatePrincipals()...)
	if a.UntaggedDays < 1 {
		list = append(list, field.Invalid(field.NewPath("untaggedDays"), a.UntaggedDays, "must be at least 1"))
	}
	return validation.ToError("", list)
}

func (a *Args) validatePrefix() field.ErrorList {
	var list field.ErrorList
	if a.Prefix != "" && !spec.IsName(a.Prefix) {
		list = append(list, field.Invalid(field.NewPath("prefix"), a.Prefix,
			"must be lower-case letters and digits joined by single . _ - or /, beginning with a letter"))
	}
	for i, repository := range a.Repositories {
		if length := len(a.fullName(repository)); length > maxFullName {
			list = append(list, field.Invalid(field.NewPath("repositories").Index(i).Child("name"), repository.Name,
				fmt.Sprintf("must make, with the prefix, a name of at most %d characters, not %d", maxFullName, length)))
		}
	}
	return list
}

func (a *Args) validatePrincipals() field.ErrorList {
	var list field.ErrorList
	for i, principal := range a.PullPrincipalARNs {
		at := field.NewPath("pullPrincipalArns").Index(i)
		if principal == nil {
			list = append(list, field.Required(at, "must be the ARN of a role"))
		}
		list = append(list, known.Check(at, principal, awsenv.IsRoleARN, "must be the ARN of an IAM role")...)
	}
	return list
}
