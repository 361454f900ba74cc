package validation

import (
	"reflect"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Required reports every field below value whose tag `required:"what"` is not
// honoured, so that the tag, from which the documentation is generated, is the
// rule itself. Fields with a tag `only` count on that substrate alone; with
// substrate "" all fields count.
func Required(path *field.Path, value any, substrate string) field.ErrorList {
	return required(path, reflect.ValueOf(value), substrate)
}

// Elsewhere says whether a field exists only on another substrate.
func Elsewhere(f reflect.StructField, substrate string) bool {
	only, bound := f.Tag.Lookup("only")
	return bound && substrate != "" && only != substrate
}

// Key is the name of a field in a stack file; an embedded struct without a name
// has none, its fields stand beside those of the struct around it.
func Key(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

func required(path *field.Path, value reflect.Value, substrate string) field.ErrorList {
	var list field.ErrorList
	switch value.Kind() {
	case reflect.Struct:
		for i := range value.NumField() {
			list = append(list, requiredField(path, value.Type().Field(i), value.Field(i), substrate)...)
		}
	case reflect.Pointer:
		if !value.IsNil() {
			return required(path, value.Elem(), substrate)
		}
	case reflect.Slice:
		for i := range value.Len() {
			list = append(list, required(path.Index(i), value.Index(i), substrate)...)
		}
	case reflect.Map:
		for entry := value.MapRange(); entry.Next(); {
			list = append(list, required(path.Key(entry.Key().String()), entry.Value(), substrate)...)
		}
	}
	return list
}

func requiredField(path *field.Path, f reflect.StructField, value reflect.Value, substrate string) field.ErrorList {
	if !f.IsExported() || Elsewhere(f, substrate) {
		return nil
	}
	if f.Anonymous && Key(f) == "" {
		return required(path, value, substrate)
	}
	child := path.Child(Key(f))
	if what, tagged := f.Tag.Lookup("required"); tagged && isMissing(value) {
		return field.ErrorList{field.Required(child, what)}
	}
	return required(child, value, substrate)
}

// isMissing asks values that can say so themselves, as secrets do.
func isMissing(value reflect.Value) bool {
	if set, ok := value.Interface().(interface{ IsSet() bool }); ok {
		return !set.IsSet()
	}
	return slices.Contains([]reflect.Kind{reflect.Map, reflect.Slice}, value.Kind()) && value.Len() == 0 || value.IsZero()
}
