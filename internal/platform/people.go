package platform

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/tenants"
)

// principalGroups are the Kubernetes groups of every IAM principal that the
// tenants name, by its ARN. One that is in groups of several tenants is in all of
// them: EKS keeps one access entry for each principal.
func (b *build) principalGroups() map[string][]string {
	groups := map[string][]string{}
	for _, t := range b.tenants {
		t.People.Each(func(_ string, subjects tenants.Subjects) {
			for _, principal := range subjects.Principals {
				arn := place(b.settings).PrincipalARN(principal)
				for _, group := range subjects.Groups {
					if !slices.Contains(groups[arn], group) {
						groups[arn] = append(groups[arn], group)
					}
				}
			}
		})
	}
	return groups
}

func place(s settings.Platform) awsenv.Place {
	return awsenv.Place{Partition: string(s.AWS.Partition), Region: s.AWS.Region, AccountID: s.AWS.AccountID}
}

// checkPeople reports people who could not log in to the cluster: groups that no
// principal is in, and users, which EKS does not know by a name of their own; and
// principals that the cluster cannot have, or has already.
func checkPeople(s settings.Platform, people tenants.People, path *field.Path) field.ErrorList {
	taken := map[string]string{}
	for key, arns := range map[string][]string{
		"cluster.adminPrincipalArns": s.Cluster.AdminPrincipalARNs, "cluster.viewerPrincipalArns": s.Cluster.ViewerPrincipalARNs,
	} {
		for _, arn := range arns {
			taken[awsenv.PrincipalKey(arn)] = key
		}
	}
	var list field.ErrorList
	people.Each(func(key string, subjects tenants.Subjects) {
		at := path.Child(key)
		if len(subjects.Groups) > 0 && len(subjects.Principals) == 0 {
			list = append(list, field.Required(at.Child("principals"),
				"the IAM roles or users that are in the groups: on AWS nobody else can be"))
		}
		for i, user := range subjects.Users {
			list = append(list, field.Invalid(at.Child("users").Index(i), user,
				"must not be used on AWS, where EKS knows nobody by that name: name a group, and its principals"))
		}
		for i, principal := range subjects.Principals {
			arn, entry := place(s).PrincipalARN(principal), at.Child("principals").Index(i)
			if wrong := place(s).CheckPrincipal(entry, arn, "role", "user"); len(wrong) > 0 {
				list = append(list, wrong...)
			} else if other := taken[awsenv.PrincipalKey(arn)]; other != "" {
				list = append(list, field.Invalid(entry, principal, "must not be among "+other+" of the stack as well: EKS takes a principal once"))
			}
		}
	})
	return list
}
