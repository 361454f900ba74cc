package account

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/datastore"
	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/tags"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// validate checks the plain arguments and reports all errors at once.
func (a *ProvisionerArgs) validate() error {
	list := a.place().Check()
	if a.Store.Host.OutputState == nil || a.Store.SecretARN.OutputState == nil {
		list = append(list, field.Required(field.NewPath("store"), "the Ref of the database"))
	}
	if a.ClusterName == nil {
		list = append(list, field.Required(field.NewPath("clusterName"), "the EKS cluster of the jobs"))
	}
	list = append(list, checkRanges(field.NewPath("databaseCidrs"), a.DatabaseCIDRs)...)
	list = append(list, datastore.CheckNamespace(a.Namespace)...)
	list = append(list, datastore.CheckNodeSelector(a.NodeSelector)...)
	list = append(list, tags.Check(field.NewPath("tags"), a.Tags)...)
	return validation.ToError("", list)
}

func checkRanges(path *field.Path, ranges []string) field.ErrorList {
	if len(ranges) == 0 {
		return field.ErrorList{field.Required(path, "the ranges of the database's subnets")}
	}
	var list field.ErrorList
	for i, text := range ranges {
		_, broken := awsenv.ParseCIDR(path.Index(i), text)
		list = append(list, broken...)
	}
	return list
}

func (a *Args) validate() error {
	list := spec.CheckName(field.NewPath("tenant"), a.Tenant)
	if !a.Provisioner.complete() {
		list = append(list, field.Required(field.NewPath("provisioner"), "the Ref of the provisioner that makes the account"))
	}
	if a.Connections < 1 || a.Connections > MaxConnections {
		list = append(list, field.Invalid(field.NewPath("connections"), a.Connections,
			fmt.Sprintf("must be from 1 to %d, what the smallest database has for all", MaxConnections)))
	}
	return validation.ToError("", list)
}
