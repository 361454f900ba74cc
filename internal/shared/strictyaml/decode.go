package strictyaml

import (
	"fmt"
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Unmarshaler is implemented by types that read themselves from a tree, for
// example secrets. The text of the error it returns becomes the rule in the
// error; the value is left out of the message.
type Unmarshaler interface {
	UnmarshalStrict(value any) error
}

// RuleNotNull is the rule that every null breaks.
const RuleNotNull = "must not be null; leave the key out to get its default"

// Decode lays a tree made by ParseYAML over the value into points to, by `json`
// tags, and returns every error. What is wrong keeps the value it had. path is
// where the tree stands in its document; nil for the top.
//
// It knows structs (anonymous ones inline), pointers, maps with string keys,
// slices, strings, integers, floats, bools, `any`, and types that implement
// Unmarshaler. Anything else, or an into that is not a pointer, is an internal
// error in the list.
func Decode(path *field.Path, value, into any) field.ErrorList {
	target := reflect.ValueOf(into)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return field.ErrorList{field.InternalError(at(path), fmt.Errorf("cannot decode into a %T", into))}
	}
	return decode(path, value, target.Elem())
}

func decode(path *field.Path, value any, into reflect.Value) field.ErrorList {
	if value == nil {
		return field.ErrorList{field.TypeInvalid(at(path), nil, RuleNotNull)}
	}
	if into.CanAddr() {
		if hook, ok := into.Addr().Interface().(Unmarshaler); ok {
			return viaHook(path, value, hook)
		}
	}
	switch into.Kind() {
	case reflect.Struct:
		return decodeStruct(path, value, into)
	case reflect.Map:
		return decodeMap(path, value, into)
	case reflect.Slice:
		return decodeSlice(path, value, into)
	case reflect.Pointer:
		return decodePointer(path, value, into)
	case reflect.Interface:
		return decodeAny(path, value, into)
	default:
		return decodeScalar(path, value, into)
	}
}

func viaHook(path *field.Path, value any, hook Unmarshaler) field.ErrorList {
	if err := hook.UnmarshalStrict(value); err != nil {
		return field.ErrorList{field.TypeInvalid(at(path), "(hidden)", err.Error())}
	}
	return nil
}

func decodeStruct(path *field.Path, value any, into reflect.Value) field.ErrorList {
	tree, ok := value.(map[string]any)
	if !ok {
		return field.ErrorList{field.TypeInvalid(at(path), shape(value), "must be an object")}
	}
	fields := fieldsOf(into.Type())
	var list field.ErrorList
	for _, key := range sortedKeys(tree) {
		index, known := fields[key]
		if !known {
			list = append(list, UnknownKey(path.Child(key), key, sortedKeys(fields)))
			continue
		}
		list = append(list, decode(path.Child(key), tree[key], into.FieldByIndex(index))...)
	}
	return list
}

func decodeMap(path *field.Path, value any, into reflect.Value) field.ErrorList {
	tree, ok := value.(map[string]any)
	if !ok {
		return field.ErrorList{field.TypeInvalid(at(path), shape(value), "must be an object")}
	}
	if into.Type().Key().Kind() != reflect.String {
		return field.ErrorList{field.InternalError(at(path), fmt.Errorf("cannot decode into a %s", into.Type()))}
	}
	// A new map: the old one may be shared with the defaults it came from.
	merged := reflect.MakeMapWithSize(into.Type(), into.Len()+len(tree))
	for old := into.MapRange(); old.Next(); {
		merged.SetMapIndex(old.Key(), old.Value())
	}
	var list field.ErrorList
	for _, name := range sortedKeys(tree) {
		key := reflect.ValueOf(name).Convert(into.Type().Key())
		entry := reflect.New(into.Type().Elem()).Elem()
		if old := into.MapIndex(key); old.IsValid() {
			entry.Set(old)
		}
		list = append(list, decode(path.Key(name), tree[name], entry)...)
		merged.SetMapIndex(key, entry)
	}
	into.Set(merged)
	return list
}

func decodeSlice(path *field.Path, value any, into reflect.Value) field.ErrorList {
	items, ok := value.([]any)
	if !ok {
		return field.ErrorList{field.TypeInvalid(at(path), shape(value), "must be a list")}
	}
	fresh := reflect.MakeSlice(into.Type(), len(items), len(items))
	var list field.ErrorList
	for i, item := range items {
		list = append(list, decode(path.Index(i), item, fresh.Index(i))...)
	}
	into.Set(fresh)
	return list
}

func decodePointer(path *field.Path, value any, into reflect.Value) field.ErrorList {
	// A copy of what the pointer holds: the pointee may be shared with the defaults.
	fresh := reflect.New(into.Type().Elem())
	if !into.IsNil() {
		fresh.Elem().Set(into.Elem())
	}
	list := decode(path, value, fresh.Elem())
	into.Set(fresh)
	return list
}

func decodeAny(path *field.Path, value any, into reflect.Value) field.ErrorList {
	if into.NumMethod() != 0 {
		return field.ErrorList{field.InternalError(at(path), fmt.Errorf("cannot decode into a %s", into.Type()))}
	}
	into.Set(reflect.ValueOf(value))
	return nil
}

// at gives the top of a document a name: errors print a nil path as "<nil>".
func at(path *field.Path) *field.Path {
	if path == nil {
		return field.NewPath("(top level)")
	}
	return path
}

// shape says what kind of value stands where another belongs, without the value.
func shape(value any) string {
	switch value.(type) {
	case map[string]any:
		return "object"
	case []any:
		return "list"
	case string:
		return "string"
	case bool:
		return "boolean"
	case int, int64, uint64, float64:
		return "number"
	default:
		return "value"
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
