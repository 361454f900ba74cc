package settings

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// substrateOf reads the substrate of a tree. What is missing or no substrate
// at all counts as the default; validation reports the latter.
func substrateOf(tree any) Substrate {
	root, _ := tree.(map[string]any)
	text, _ := root["substrate"].(string)
	if chosen := Substrate(text); slices.Contains(chosen.Values(), text) {
		return chosen
	}
	return SubstrateAWS
}

// prune takes the keys of other substrates out of a tree and reports them, so
// that nothing below them is reported as well.
func prune(path *field.Path, tree any, t reflect.Type, here Substrate) field.ErrorList {
	var list field.ErrorList
	switch node := tree.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(node)) {
			list = append(list, pruneKey(path, node, key, t, here)...)
		}
	case []any:
		if t.Kind() == reflect.Slice {
			for i, item := range node {
				list = append(list, prune(path.Index(i), item, t.Elem(), here)...)
			}
		}
	}
	return list
}

func pruneKey(path *field.Path, node map[string]any, key string, t reflect.Type, here Substrate) field.ErrorList {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Map:
		return prune(path.Key(key), node[key], t.Elem(), here)
	case reflect.Struct:
		f, known := fieldOf(t, key)
		if !known {
			return nil
		}
		if validation.Elsewhere(f, string(here)) {
			delete(node, key)
			return field.ErrorList{field.Forbidden(path.Child(key),
				fmt.Sprintf("exists on substrate %s only; this stack is on substrate %s", f.Tag.Get("only"), here))}
		}
		return prune(path.Child(key), node[key], f.Type, here)
	default:
		return nil
	}
}

// fieldOf finds the field of a key, in embedded structs too.
func fieldOf(t reflect.Type, key string) (reflect.StructField, bool) {
	for _, f := range reflect.VisibleFields(t) {
		if f.IsExported() && validation.Key(f) == key {
			return f, true
		}
	}
	return reflect.StructField{}, false
}
