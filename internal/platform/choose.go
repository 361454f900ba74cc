package platform

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/registry/spec"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/shared/validation"
	"github.com/mlops-iac/mlops/tenants"
)

// Check compares stack file and tenant definitions and returns every
// validation error.
func Check(s settings.Platform, defined []tenants.Tenant) error {
	_, err := choose(s, defined)
	return err
}

// choose returns the tenants of a stack. What only shows when stack file and
// definitions are seen together is checked here.
func choose(s settings.Platform, defined []tenants.Tenant) ([]tenants.Tenant, error) {
	list := unknownTenants(field.NewPath("tenants", "only"), s.Tenants.Only, defined)
	for i, repository := range s.Registry.Repositories {
		path := field.NewPath("registry", "repositories").Index(i).Child("tenants")
		list = append(list, unknownTenants(path, repository.Tenants, defined)...)
	}
	var chosen []tenants.Tenant
	for _, t := range defined {
		if len(s.Tenants.Only) == 0 || slices.Contains(s.Tenants.Only, t.Name) {
			chosen = append(chosen, t)
			list = append(list, checkTenant(s, t)...)
		}
	}
	return chosen, validation.ToError("", list)
}

func unknownTenants(path *field.Path, names []string, defined []tenants.Tenant) field.ErrorList {
	var list field.ErrorList
	for i, name := range names {
		if !slices.ContainsFunc(defined, func(t tenants.Tenant) bool { return t.Name == name }) {
			list = append(list, field.Invalid(path.Index(i), name, "is no tenant; add tenants/definitions/"+name+".yaml"))
		}
	}
	return list
}

// checkTenant checks that the stack has what a tenant needs.
func checkTenant(s settings.Platform, t tenants.Tenant) field.ErrorList {
	path := field.NewPath("tenants").Key(t.Name)
	var list field.ErrorList
	images := map[string]tenants.Image{"image": t.Image, "training.image": t.Training.Image}
	for _, key := range []string{"image", "training.image"} {
		image := images[key]
		if !image.IsZero() && !image.HasHost() && !hasRepository(s, image.Repository) {
			list = append(list, field.Invalid(path.Child(key, "repository"), image.Repository,
				"is not among registry.repositories of the stack; add it there or name a registry"))
		}
		if !image.IsZero() && image.Digest == "" && s.Admission.RequireDigests {
			list = append(list, field.Required(path.Child(key, "digest"), "because of admission.requireDigests of the stack"))
		}
	}
	return append(list, checkNeeds(s, t, path)...)
}

func hasRepository(s settings.Platform, name string) bool {
	return slices.ContainsFunc(s.Registry.Repositories, func(r spec.Repository) bool { return r.Name == name })
}
