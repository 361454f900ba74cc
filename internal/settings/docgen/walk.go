package main

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/mlops-iac/mlops/internal/comments"
	"github.com/mlops-iac/mlops/internal/settings"
)

// row is one key.
type row struct{ key, kind, unit, value, meaning string }

// section is one struct, shown as one table.
type section struct {
	path, meaning string
	rows          []row
}

// variant is a value a key can have by default, and when it does.
type variant struct {
	when  string
	value reflect.Value
}

type enum interface{ Values() []string }

type walker struct {
	comments comments.Comments
	sections []section
	missing  []string
}

// walk adds the section of a struct and those below it.
func (w *walker) walk(path, meaning string, t reflect.Type, variants []variant) {
	at := len(w.sections)
	w.sections = append(w.sections, section{path: path, meaning: meaning})
	var rows []row
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() {
			continue
		}
		key, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if path != "" {
			key = path + "." + key
		}
		comment := w.comments[t.Name()+"."+f.Name]
		if comment == "" {
			w.missing = append(w.missing, t.Name()+"."+f.Name)
		}
		only := f.Tag.Get("only")
		if only != "" {
			comment += " Only on substrate `" + only + "`."
		}
		values := fieldsOf(variants, i, only)
		if f.Type == reflect.TypeFor[settings.Substrate]() {
			// It tells the variants apart; the first is what a file without it gets.
			values = []variant{{"", values[0].value}}
		}
		_, required := f.Tag.Lookup("required")
		rows = append(rows, row{key, kindOf(f.Type), f.Tag.Get("unit"), defaultOf(values, required), comment})
		w.below(key, comment, f.Type, values)
	}
	w.sections[at].rows = rows
}

// fieldsOf returns what a field is in each variant; with only, in that one.
func fieldsOf(variants []variant, index int, only string) []variant {
	var values []variant
	for _, v := range variants {
		switch {
		case only == "" || v.when == "":
			values = append(values, variant{v.when, v.value.Field(index)})
		case v.when == only:
			values = append(values, variant{"", v.value.Field(index)})
		}
	}
	return values
}

// below walks into the structs a field holds.
func (w *walker) below(key, meaning string, t reflect.Type, values []variant) {
	if isSecret(t) {
		return
	}
	if t.Kind() == reflect.Struct {
		w.walk(key, meaning, t, values)
		return
	}
	if !slices.Contains([]reflect.Kind{reflect.Map, reflect.Slice, reflect.Pointer}, t.Kind()) || t.Elem().Kind() != reflect.Struct {
		return
	}
	suffix := map[reflect.Kind]string{reflect.Map: ".<name>", reflect.Slice: "[]"}[t.Kind()]
	w.walk(key+suffix, w.comments[t.Elem().Name()], t.Elem(), elements(t.Elem()))
}

// elements are the defaults of the entries of a map or list.
func elements(t reflect.Type) []variant {
	if t != reflect.TypeFor[settings.NodeGroup]() {
		return []variant{{"", reflect.Zero(t)}}
	}
	var variants []variant
	for _, role := range settings.Role("").Values() {
		variants = append(variants, variant{role, reflect.ValueOf(settings.DefaultNodeGroup(settings.Role(role)))})
	}
	return variants
}

func isSecret(t reflect.Type) bool { return t == reflect.TypeFor[settings.Secret]() }

func kindOf(t reflect.Type) string {
	if isSecret(t) {
		return "secret"
	}
	if values, ok := reflect.Zero(t).Interface().(enum); ok {
		return "one of " + quoted(values.Values())
	}
	switch t.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.Int:
		return "integer"
	case reflect.Slice:
		return "list of " + kindOf(t.Elem()) + "s"
	case reflect.Map:
		return "map of " + kindOf(t.Elem()) + "s"
	case reflect.Pointer:
		return kindOf(t.Elem()) + ", optional"
	case reflect.Struct:
		return "object"
	default:
		return "string"
	}
}

func defaultOf(values []variant, required bool) string {
	texts := make([]string, len(values))
	same := true
	for i, v := range values {
		texts[i] = flow(v.value)
		same = same && texts[i] == texts[0]
	}
	switch {
	case values[0].value.Kind() == reflect.Struct && !isSecret(values[0].value.Type()):
		return "see below"
	case required && (texts[0] == "" || !same):
		return "**required**"
	case same && texts[0] == "":
		return "none"
	case same:
		return "`" + texts[0] + "`"
	}
	return byVariant(values, texts)
}

func byVariant(values []variant, texts []string) string {
	lines := make([]string, len(values))
	for i, v := range values {
		lines[i] = fmt.Sprintf("%s: `%s`", v.when, cmp.Or(texts[i], "none"))
	}
	return strings.Join(lines, "<br>")
}

// flow writes a value as YAML in one line, without what is empty; "" for
// nothing. Objects have tables of their own, and maps of them only show names.
func flow(value reflect.Value) string {
	switch value.Kind() {
	case reflect.Struct, reflect.Pointer:
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
		if repository, ok := item.Interface().(settings.Repository); ok {
			items = append(items, "{name: "+repository.Name+"}")
			continue
		}
		items = append(items, flow(item))
	}
	if len(items) == 0 {
		return ""
	}
	return "[" + strings.Join(items, ", ") + "]"
}

func quoted(values []string) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = "`" + value + "`"
	}
	return strings.Join(texts, ", ")
}
