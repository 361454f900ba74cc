// Package files names the types of the files that users write, and says what
// their comments cannot: what a later change of a key does.
package files

import (
	"reflect"

	nodegroupspec "github.com/mlops-iac/mlops/components/nodegroup/spec"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/docgen/comments"
	"github.com/mlops-iac/mlops/internal/docgen/model"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tenants"
)

// Stack is the value of the platform's key of a stack file. found is what package
// impact says of its keys.
func Stack(source *comments.Source, found map[string]string) model.Source {
	var defaults []model.Variant
	for _, substrate := range settings.Substrate("").Values() {
		defaults = append(defaults, model.Variant{When: substrate, Value: reflect.ValueOf(settings.Default(settings.Substrate(substrate)))})
	}
	return model.Source{
		Type: reflect.TypeFor[settings.Platform](), Defaults: defaults, Discriminator: "substrate",
		Entries: entries, Changes: changes(found), Comments: source,
	}
}

// entries are the defaults of the entries of a map or list.
func entries(t reflect.Type) []model.Variant {
	if t != reflect.TypeFor[nodegroupspec.NodeGroup]() {
		return []model.Variant{{Value: reflect.Zero(t)}}
	}
	var variants []model.Variant
	for _, role := range scheduling.Roles() {
		variants = append(variants, model.Variant{When: string(role), Value: reflect.ValueOf(nodegroupspec.Default(role))})
	}
	return variants
}

// tenantDocument is a tenant file.
type tenantDocument struct {
	tenants.Tenant
	// Environments change any part of the tenant but its name on single stacks. Objects are merged key by key, lists are
	// replaced.
	Environments map[string]tenants.Spec `json:"environments" partial:"an override states what differs"`
}

// Tenant is a tenant file.
func Tenant(source *comments.Source) model.Source {
	return model.Source{
		Type:     reflect.TypeFor[tenantDocument](),
		Defaults: []model.Variant{{Value: reflect.ValueOf(tenantDocument{Tenant: tenants.Default()})}},
		Comments: source,
	}
}
