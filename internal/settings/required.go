package settings

import (
	"reflect"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// validateRequired reports every field of a substrate whose `required` tag is
// not honoured, so that the tag, from which the documentation is generated, is
// the rule itself.
func validateRequired(path *field.Path, value reflect.Value, here Substrate) field.ErrorList {
	var list field.ErrorList
	switch value.Kind() {
	case reflect.Struct:
		for i := range value.NumField() {
			list = append(list, validateField(path, value.Type().Field(i), value.Field(i), here)...)
		}
	case reflect.Pointer:
		if !value.IsNil() {
			return validateRequired(path, value.Elem(), here)
		}
	case reflect.Slice:
		for i := range value.Len() {
			list = append(list, validateRequired(path.Index(i), value.Index(i), here)...)
		}
	case reflect.Map:
		for entry := value.MapRange(); entry.Next(); {
			list = append(list, validateRequired(path.Key(entry.Key().String()), entry.Value(), here)...)
		}
	}
	return list
}

func validateField(path *field.Path, f reflect.StructField, value reflect.Value, here Substrate) field.ErrorList {
	if !f.IsExported() || elsewhere(f, here) {
		return nil
	}
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	child := path.Child(name)
	if what, required := f.Tag.Lookup("required"); required && isEmpty(value) {
		return field.ErrorList{field.Required(child, what)}
	}
	return validateRequired(child, value, here)
}

func isEmpty(value reflect.Value) bool {
	if secret, ok := value.Interface().(Secret); ok {
		return !secret.IsSet()
	}
	return slices.Contains([]reflect.Kind{reflect.Map, reflect.Slice}, value.Kind()) && value.Len() == 0 || value.IsZero()
}
