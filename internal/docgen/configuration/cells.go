package configuration

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/mlops-iac/mlops/internal/docgen/model"
)

func typeOf(t reflect.Type) string {
	if model.IsSecret(t) {
		return "secret"
	}
	if values := model.Enum(t); values != nil {
		return "one of " + quoted(values)
	}
	switch t.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.Int:
		return "integer"
	case reflect.Slice:
		return "list of " + typeOf(t.Elem()) + "s"
	case reflect.Map:
		return "map of " + typeOf(t.Elem()) + "s"
	case reflect.Pointer:
		return typeOf(t.Elem()) + ", optional"
	case reflect.Struct:
		return "object"
	default:
		return "string"
	}
}

func defaultOf(key *model.Key) string {
	texts := make([]string, len(key.Defaults))
	same := true
	for i, v := range key.Defaults {
		texts[i] = flow(v.Value)
		same = same && texts[i] == texts[0]
	}
	switch {
	case model.IsObject(key.Type):
		return "see below"
	case key.Required && (texts[0] == "" || !same):
		return "**required**"
	case same && texts[0] == "":
		return "none"
	case same:
		return "`" + texts[0] + "`"
	}
	return byVariant(key.Defaults, texts)
}

func byVariant(values []model.Variant, texts []string) string {
	lines := make([]string, len(values))
	for i, v := range values {
		lines[i] = fmt.Sprintf("%s: `%s`", v.When, cmp.Or(texts[i], "none"))
	}
	return strings.Join(lines, "<br>")
}

// flow writes a value as YAML in one line, without what is empty; "" for
// nothing. Objects have tables of their own, and maps of them only show names.
func flow(value reflect.Value) string {
	switch value.Kind() {
	case reflect.Pointer, reflect.Struct:
		return ""
	case reflect.Slice:
		return list(value)
	case reflect.Map:
		var names []string
		for _, name := range value.MapKeys() {
			names = append(names, name.String())
		}
		slices.Sort(names)
		return strings.Join(names, ", ")
	default:
		return fmt.Sprint(value.Interface())
	}
}

func list(value reflect.Value) string {
	var items []string
	for i := range value.Len() {
		item := value.Index(i)
		if item.Kind() == reflect.Struct {
			items = append(items, inline(item))
			continue
		}
		items = append(items, flow(item))
	}
	if len(items) == 0 {
		return ""
	}
	return "[" + strings.Join(items, ", ") + "]"
}

// inline writes an object of a list with the keys that have a value.
func inline(object reflect.Value) string {
	var keys []string
	for i := range object.NumField() {
		if value := object.Field(i); !value.IsZero() {
			name, _, _ := strings.Cut(object.Type().Field(i).Tag.Get("json"), ",")
			keys = append(keys, name+": "+flow(value))
		}
	}
	return "{" + strings.Join(keys, ", ") + "}"
}

func quoted(values []string) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = "`" + value + "`"
	}
	return strings.Join(texts, ", ")
}
