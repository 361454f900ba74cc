// Package edits says what is different between two versions of a stack file, and what
// that does to the stack once it is deployed.
package edits

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// Edit is a setting that has another value than before.
type Edit struct {
	// Key is its path, such as "nodeGroups[cpu].maxSize".
	Key string
	// From and To are the values as JSON, defaults included; empty where there is none.
	From, To string
	// Does is what docs/configuration.md says of changing it later; empty where the real
	// provider was not asked, as for stacks that are not on AWS.
	Does string
}

// Between lists the edits in the order of the types. A secret that has another value is
// not seen: values of secrets are not compared.
func Between(was, is settings.Platform) ([]Edit, error) {
	var c comparison
	if is.Substrate == settings.SubstrateAWS {
		if err := json.Unmarshal(changes, &c.does); err != nil {
			return nil, fmt.Errorf("reading what edits do: %w", err)
		}
	}
	c.values(place{}, reflect.ValueOf(was), reflect.ValueOf(is))
	return c.edits, c.err
}

// changes.json has what docs/configuration.md says, by the key as it stands there.
//
//go:embed changes.json
var changes []byte

// place is where a value stands: its path in this file, and in the documentation.
type place struct{ key, documented string }

func (p place) child(name string) place {
	return place{strings.TrimPrefix(p.key+"."+name, "."), strings.TrimPrefix(p.documented+"."+name, ".")}
}

func (p place) entry(name, documented string) place {
	return place{p.key + "[" + name + "]", p.documented + documented}
}

// comparison walks two values of one type.
type comparison struct {
	does  map[string]string
	edits []Edit
	err   error
}

func (c *comparison) values(at place, was, is reflect.Value) {
	switch {
	case was.Kind() == reflect.Struct && !isValue(was.Type()):
		c.fields(at, was, is)
	case was.Kind() == reflect.Map && was.Type().Elem().Kind() == reflect.Struct:
		c.entries(at, ".<name>", byKey(was), byKey(is))
	case was.Kind() == reflect.Slice && named(was.Type().Elem()):
		c.entries(at, "[]", byName(was), byName(is))
	case was.Kind() == reflect.Pointer && !was.IsNil() && !is.IsNil():
		c.values(at, was.Elem(), is.Elem())
	case !reflect.DeepEqual(was.Interface(), is.Interface()):
		c.add(at, was, is)
	}
}

func (c *comparison) fields(at place, was, is reflect.Value) {
	for i := range was.NumField() {
		f := was.Type().Field(i)
		switch {
		case f.Anonymous:
			c.values(at, was.Field(i), is.Field(i))
		case f.IsExported():
			c.values(at.child(validation.Key(f)), was.Field(i), is.Field(i))
		}
	}
}

// entries compares those that are in both one by one; one that comes or goes is an edit
// of the whole.
func (c *comparison) entries(at place, documented string, was, is map[string]reflect.Value) {
	all := maps.Clone(was)
	maps.Copy(all, is)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		before, after := was[name], is[name]
		if before.IsValid() && after.IsValid() {
			c.values(at.entry(name, documented), before, after)
			continue
		}
		c.add(at.entry(name, ""), before, after)
	}
}

func (c *comparison) add(at place, was, is reflect.Value) {
	from, to := c.text(was), c.text(is)
	if from != to { // secrets look all the same
		c.edits = append(c.edits, Edit{Key: at.key, From: from, To: to, Does: c.does[at.documented]})
	}
}

// text writes a value as the file may have it, in one line.
func (c *comparison) text(value reflect.Value) string {
	if !value.IsValid() || (value.Kind() == reflect.Pointer || value.Kind() == reflect.Map || value.Kind() == reflect.Slice) && value.IsNil() {
		return ""
	}
	text, err := json.Marshal(value.Interface())
	if err != nil && c.err == nil {
		c.err = fmt.Errorf("comparing stack files: %w", err)
	}
	return string(text)
}

// isValue says that a struct stands for one value of the file, as secrets do.
func isValue(t reflect.Type) bool { return t.Implements(reflect.TypeFor[json.Marshaler]()) }

// named says that the entries of a list are told apart by their names.
func named(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	name, has := t.FieldByName("Name")
	return has && name.Type.Kind() == reflect.String
}

func byKey(m reflect.Value) map[string]reflect.Value {
	found := map[string]reflect.Value{}
	for _, key := range m.MapKeys() {
		found[key.String()] = m.MapIndex(key)
	}
	return found
}

func byName(list reflect.Value) map[string]reflect.Value {
	found := map[string]reflect.Value{}
	for i := range list.Len() {
		found[list.Index(i).FieldByName("Name").String()] = list.Index(i)
	}
	return found
}
