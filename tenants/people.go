package tenants

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

// People are those who may use the namespace of a tenant.
type People struct {
	// Viewers may read everything but secrets.
	Viewers Subjects `json:"viewers"`
	// Editors may also start jobs and debug pods, but change neither access, quota, network rules nor secrets.
	Editors Subjects `json:"editors"`
}

// Subjects are groups and users of the cluster, and who is in the groups on AWS.
type Subjects struct {
	spec.Subjects
	// Principals are the IAM roles and users that are in the groups on substrate aws, where nobody else is: "role/fraud-engineers" in the account of the stack, or a full ARN. Elsewhere the cluster's own login says who is in a group, and they mean nothing.
	Principals []string `json:"principals"`
}

// Bindings returns what the roles in the namespace are bound to.
func (p People) Bindings() spec.People {
	return spec.People{Viewers: p.Viewers.Subjects, Editors: p.Editors.Subjects}
}

// Each calls use for the viewers and the editors, with their key.
func (p People) Each(use func(key string, subjects Subjects)) {
	use("viewers", p.Viewers)
	use("editors", p.Editors)
}

func (p People) validate(path *field.Path) field.ErrorList {
	list := p.Bindings().Check(path)
	p.Each(func(key string, subjects Subjects) {
		at := path.Child(key, "principals")
		for i, principal := range subjects.Principals {
			switch {
			case !awsenv.IsPrincipal(principal):
				list = append(list, field.Invalid(at.Index(i), principal,
					`must be "role/" or "user/" and a name, for one in the account of the stack, or the ARN of an IAM role or user`))
			case slices.Contains(subjects.Principals[:i], principal):
				list = append(list, field.Duplicate(at.Index(i), principal))
			}
		}
		if len(subjects.Principals) > 0 && len(subjects.Groups) == 0 {
			list = append(list, field.Required(path.Child(key, "groups"), "principals are in groups, and there is none"))
		}
	})
	return list
}
