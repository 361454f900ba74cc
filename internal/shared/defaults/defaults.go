// Package defaults fills in what a caller left out.
package defaults

import "reflect"

// Fill takes every field of value that is left out from another value of its
// type: one that is zero, or an empty slice or map. Structs inside, embedded
// ones included, are filled field by field; what a pointer, a slice or a map
// holds is left as it is. A false bool counts as left out, so a default of true
// needs a field that says the opposite.
func Fill[T any](value *T, from T) {
	fill(reflect.ValueOf(value).Elem(), reflect.ValueOf(&from).Elem())
}

func fill(value, from reflect.Value) {
	switch {
	case !value.CanSet():
	case isLeftOut(value):
		value.Set(from)
	case value.Kind() == reflect.Struct:
		for i := range value.NumField() {
			fill(value.Field(i), from.Field(i))
		}
	}
}

func isLeftOut(value reflect.Value) bool {
	if kind := value.Kind(); kind == reflect.Slice || kind == reflect.Map {
		return value.Len() == 0
	}
	return value.IsZero()
}
