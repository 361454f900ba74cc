package postgresql

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/datastore"
	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// validate checks the plain arguments and reports all errors at once.
func (a *Args) validate() error {
	list := a.PostgreSQL.Check(nil)
	list = append(list, datastore.CheckNamespace(a.Namespace)...)
	list = append(list, a.DNS.Check(field.NewPath("dns"))...)
	list = append(list, datastore.CheckStorageClass(a.StorageClass)...)
	list = append(list, datastore.CheckNodeSelector(a.NodeSelector)...)
	if _, known := Images()[a.EngineVersion]; !known {
		list = append(list, field.NotSupported(field.NewPath("engineVersion"), a.EngineVersion, slices.Sorted(maps.Keys(Images()))))
	}
	return validation.ToError("", list)
}

func (a *AccountArgs) validate() error {
	list := spec.CheckName(field.NewPath("tenant"), a.Tenant)
	if !a.Store.complete() {
		list = append(list, field.Required(field.NewPath("store"), "the Ref of the server the account is made in"))
	}
	if a.Connections < 0 || a.Connections > MaxConnections {
		list = append(list, field.Invalid(field.NewPath("connections"), a.Connections, "must be from 1 to 200, what the server has for all"))
	}
	return validation.ToError("", list)
}
