package datastore

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// CheckNamespace accepts a name that the store can have for itself.
func CheckNamespace(name string) field.ErrorList {
	path := field.NewPath("namespace")
	if broken := validation.IsDNS1123Label(name); len(broken) > 0 {
		return field.ErrorList{field.Invalid(path, name, strings.Join(broken, "; "))}
	}
	if name == "default" || strings.HasPrefix(name, "kube-") {
		return field.ErrorList{field.Invalid(path, name, "belongs to Kubernetes; the store gets a namespace of its own")}
	}
	return nil
}

// CheckVolume accepts a positive size and the name of a StorageClass, or none.
func CheckVolume(size, class string) field.ErrorList {
	var list field.ErrorList
	if amount, err := resource.ParseQuantity(size); err != nil || amount.Sign() <= 0 {
		list = append(list, field.Invalid(field.NewPath("storageSize"), size, `must be a positive quantity such as "20Gi"`))
	}
	if broken := validation.IsDNS1123Subdomain(class); class != "" && len(broken) > 0 {
		list = append(list, field.Invalid(field.NewPath("storageClass"), class, strings.Join(broken, "; ")))
	}
	return list
}

// CheckNodeSelector accepts labels.
func CheckNodeSelector(selector map[string]string) field.ErrorList {
	var list field.ErrorList
	for key, value := range selector {
		broken := slices.Concat(validation.IsQualifiedName(key), validation.IsValidLabelValue(value))
		if len(broken) > 0 {
			list = append(list, field.Invalid(field.NewPath("nodeSelector").Key(key), value, strings.Join(broken, "; ")))
		}
	}
	return list
}
