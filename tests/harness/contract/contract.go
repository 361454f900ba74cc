// Package contract checks what a component promises to programs in every
// language: arguments that can be serialised, and outputs that can be read.
package contract

import (
	"reflect"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

// Check checks a component by its types: the form of its type token, that every
// field of args serialises, and that what its Ref tells are tagged fields of the
// component, and nothing else is.
func Check(t *testing.T, component pulumi.ComponentResource, args any, token string) {
	t.Helper()
	assert.Regexp(t, "^mlops:index:[A-Z][A-Za-z]+$", token)
	CheckArgs(t, args)
	kind := reflect.TypeOf(component)
	want := map[string]reflect.Type{}
	if method, has := kind.MethodByName("Ref"); has {
		want = outputs(method.Type.Out(0))
	}
	assert.Equal(t, want, outputs(kind.Elem()), "outputs of %s", kind)
	for tag, output := range want {
		assert.Implements(t, (*pulumi.Output)(nil), reflect.Zero(output).Interface(), "%s of %s", tag, kind)
	}
}

// CheckArgs checks that every field of args serialises. It is for arguments of
// what makes a resource and no component.
func CheckArgs(t *testing.T, args any) {
	t.Helper()
	kind := reflect.TypeOf(args)
	assert.Empty(t, fields(kind, kind.String()), "what other languages cannot set")
}

// outputs are the tagged fields that the SDK sees: those of the struct itself,
// and none of what it embeds.
func outputs(kind reflect.Type) map[string]reflect.Type {
	tagged := map[string]reflect.Type{}
	for i := range kind.NumField() {
		if tag := kind.Field(i).Tag.Get("pulumi"); tag != "" {
			tagged[tag] = kind.Field(i).Type
		}
	}
	return tagged
}

// options are fields that say how resources are registered; each language has
// its own way to.
var options = map[string]reflect.Type{
	"DependsOn":   reflect.TypeFor[[]pulumi.Resource](),
	"DeletedWith": reflect.TypeFor[pulumi.Resource](),
}

// fields lists the fields of a struct, and of what they hold, that do not serialise.
func fields(kind reflect.Type, path string) []string {
	var wrong []string
	seen := map[string]bool{}
	for _, field := range reflect.VisibleFields(kind) {
		if field.Anonymous || options[field.Name] == field.Type {
			continue
		}
		at, tag := path+"."+field.Name, field.Tag.Get("pulumi")
		switch words, both := field.Tag.Lookup("json"); {
		case tag == "":
			wrong = append(wrong, at+": no tag")
		case seen[tag]:
			wrong = append(wrong, at+": "+tag+" twice")
		case both && words != tag:
			wrong = append(wrong, at+": "+tag+" is "+words+" in a stack file")
		default:
			wrong = append(wrong, serialises(field.Type, at)...)
		}
		seen[tag] = true
	}
	return wrong
}

func serialises(kind reflect.Type, path string) []string {
	if kind.Implements(reflect.TypeFor[pulumi.Input]()) {
		return nil
	}
	if strings.Contains(kind.PkgPath()+"/", "/internal/") {
		return []string{path + ": " + kind.String() + " is internal"}
	}
	switch kind.Kind() {
	case reflect.Bool, reflect.Int, reflect.Float64, reflect.String:
		return nil
	case reflect.Pointer, reflect.Slice:
		return serialises(kind.Elem(), path)
	case reflect.Map:
		return append(serialises(kind.Key(), path), serialises(kind.Elem(), path)...)
	case reflect.Struct:
		return fields(kind, path)
	case reflect.Interface:
		if kind.NumMethod() == 0 { // any of Pulumi's schema
			return nil
		}
	}
	return []string{path + ": " + kind.String()}
}
