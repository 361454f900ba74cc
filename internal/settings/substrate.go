package settings

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
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

// elsewhere says whether a field exists only on another substrate.
func elsewhere(f reflect.StructField, here Substrate) bool {
	only, bound := f.Tag.Lookup("only")
	return bound && only != string(here)
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
		if elsewhere(f, here) {
			delete(node, key)
			return field.ErrorList{field.Forbidden(path.Child(key),
				fmt.Sprintf("exists on substrate %s only; this stack is on substrate %s", f.Tag.Get("only"), here))}
		}
		return prune(path.Child(key), node[key], f.Type, here)
	default:
		return nil
	}
}

func fieldOf(t reflect.Type, key string) (reflect.StructField, bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); f.IsExported() && name == key {
			return f, true
		}
	}
	return reflect.StructField{}, false
}
