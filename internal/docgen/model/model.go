// Package model walks the types of a file that users write, a stack file or a
// tenant file, to its keys. The reference page and the schemas are written from
// what it returns, so that they cannot differ.
package model

import (
	"fmt"
	"maps"
	"reflect"
	"strings"

	"github.com/mlops-iac/mlops/internal/docgen/comments"
	"github.com/mlops-iac/mlops/internal/shared/strictyaml"
)

// Object is a struct: the keys that stand together.
type Object struct {
	// Path is where it stands, such as "nodeGroups.<name>"; empty for the file.
	Path string
	// Meaning is a sentence.
	Meaning string
	Keys    []*Key
}

// Key is one key of an object.
type Key struct {
	// Name is the key itself and Path the way to it from the top.
	Name, Path string
	Type       reflect.Type
	// Meaning is a sentence, Unit that of a number.
	Meaning, Unit string
	// Change says what changing the value later does; empty for an object that says
	// so of each of its keys, and where Source has no Changes.
	Change string
	// Example is a value of the key, or of its entries; empty for none.
	Example string
	// Only is the variant of the file that has the key; empty for each.
	Only string
	// Required says that a value must be there.
	Required bool
	// Partial says that nothing below is required, whatever the types say.
	Partial bool
	// Defaults are the values without the key.
	Defaults []Variant
	// Object lists the keys of the value, or of each entry of the map or list; nil if
	// those are no objects.
	Object *Object
}

// Variant is a default and when it holds; empty for always.
type Variant struct {
	When  string
	Value reflect.Value
}

// Source is the origin of the keys of a file.
type Source struct {
	// Type is the struct of the file.
	Type reflect.Type
	// Defaults are the file without any key.
	Defaults []Variant
	// Discriminator is the path of the key that tells the variants apart.
	Discriminator string
	// Entries returns the defaults of the entries of maps and lists.
	Entries func(reflect.Type) []Variant
	// Changes say what changing a key later does, by its path, besides what a tag
	// `fixed`, `grows` or `steps` of its field says; nil for a file of which that is not
	// said.
	Changes map[string]string
	// Comments are the meanings.
	Comments *comments.Source
}

// Walk returns the keys. What has no doc comment, and what Changes lack or have
// too much, is an error.
func (s Source) Walk() (*Object, error) {
	w := walker{Source: s, unused: map[string]bool{}}
	for path := range s.Changes {
		w.unused[path] = true
	}
	object := w.object("", "", s.Type, s.Defaults)
	for path := range w.unused {
		w.fail("no key %s of which a change is told", path)
	}
	return object, w.err()
}

// Paths are those of the keys that hold values and not only further keys, without those
// that only another variant has.
func (o *Object) Paths(variant string) []string {
	var paths []string
	for _, key := range o.Keys {
		if key.Only != "" && key.Only != variant {
			continue
		}
		if !IsObject(key.Type) {
			paths = append(paths, key.Path)
		}
		if key.Object != nil {
			paths = append(paths, key.Object.Paths(variant)...)
		}
	}
	return paths
}

// Changes are what changing each key later does, by its path.
func (o *Object) Changes() map[string]string {
	changes := map[string]string{}
	for _, key := range o.Keys {
		if key.Change != "" {
			changes[key.Path] = key.Change
		}
		if key.Object != nil {
			maps.Copy(changes, key.Object.Changes())
		}
	}
	return changes
}

// IsSecret says whether values of a type are encrypted in the file: only such
// types decode themselves.
func IsSecret(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[strictyaml.Unmarshaler]())
}

// Enum returns the values of a type that lists them, nil for any other.
func Enum(t reflect.Type) []string {
	if t.Kind() != reflect.String {
		return nil
	}
	if lister, ok := reflect.Zero(t).Interface().(interface{ Values() []string }); ok {
		return lister.Values()
	}
	return nil
}

// IsObject says whether a type is shown as an object.
func IsObject(t reflect.Type) bool { return t.Kind() == reflect.Struct && !IsSecret(t) }

// keyOf is the name of a field in the file.
func keyOf(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// entriesOf returns the zero value: entries have no defaults.
func entriesOf(t reflect.Type) []Variant { return []Variant{{Value: reflect.Zero(t)}} }

func join(path, name string) string {
	if path == "" {
		return name
	}
	return fmt.Sprintf("%s.%s", path, name)
}
