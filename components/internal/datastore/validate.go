package datastore

import (
	"slices"
	"strings"

	kubevalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// CheckNamespace accepts a name that the store can have for itself.
func CheckNamespace(name string) field.ErrorList {
	path := field.NewPath("namespace")
	if broken := kubevalidation.IsDNS1123Label(name); len(broken) > 0 {
		return field.ErrorList{field.Invalid(path, name, strings.Join(broken, "; "))}
	}
	if name == "default" || strings.HasPrefix(name, "kube-") {
		return field.ErrorList{field.Invalid(path, name, "belongs to Kubernetes; the store gets a namespace of its own")}
	}
	return nil
}

// CheckStorageClass accepts the name of a StorageClass, or none.
func CheckStorageClass(class string) field.ErrorList {
	return validation.Name(field.NewPath("storageClass"), class, kubevalidation.IsDNS1123Subdomain)
}

// CheckNodeSelector accepts labels.
func CheckNodeSelector(selector map[string]string) field.ErrorList {
	var list field.ErrorList
	for key, value := range selector {
		broken := slices.Concat(kubevalidation.IsQualifiedName(key), kubevalidation.IsValidLabelValue(value))
		if len(broken) > 0 {
			list = append(list, field.Invalid(field.NewPath("nodeSelector").Key(key), value, strings.Join(broken, "; ")))
		}
	}
	return list
}
