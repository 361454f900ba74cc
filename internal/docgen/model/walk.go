package model

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

type walker struct {
	Source
	unused   map[string]bool
	problems []string
}

func (w *walker) fail(format string, args ...any) {
	w.problems = append(w.problems, fmt.Sprintf(format, args...))
}

func (w *walker) err() error {
	if len(w.problems) == 0 {
		return nil
	}
	slices.Sort(w.problems)
	return errors.New(strings.Join(w.problems, "\n"))
}

// object returns a struct, the fields of embedded structs among its own.
func (w *walker) object(path, meaning string, t reflect.Type, defaults []Variant) *Object {
	object := &Object{Path: path, Meaning: meaning}
	for i := range t.NumField() {
		f := t.Field(i)
		switch {
		case f.Anonymous:
			object.Keys = append(object.Keys, w.object(path, "", f.Type, fieldOf(defaults, i, "")).Keys...)
		case f.IsExported():
			object.Keys = append(object.Keys, w.key(path, t, f, fieldOf(defaults, i, f.Tag.Get("only"))))
		}
	}
	return object
}

func (w *walker) key(path string, t reflect.Type, f reflect.StructField, defaults []Variant) *Key {
	meaning, err := w.Comments.Field(t, f.Name)
	if err != nil {
		w.fail("%v", err)
	} else if meaning == "" {
		w.fail("without a doc comment: %s.%s", t, f.Name)
	}
	name := keyOf(f)
	_, required := f.Tag.Lookup("required")
	_, partial := f.Tag.Lookup("partial")
	key := &Key{
		Name: name, Path: join(path, name), Type: f.Type, Meaning: meaning, Unit: f.Tag.Get("unit"),
		Example: f.Tag.Get("example"), Only: f.Tag.Get("only"), Required: required, Partial: partial, Defaults: defaults,
	}
	if key.Path == w.Discriminator { // its first value is what a file without it gets
		key.Defaults = []Variant{{Value: defaults[0].Value}}
	}
	key.Object = w.below(key)
	w.addChange(key, f.Tag)
	return key
}

// addChange takes what a tag of the field says before what Changes say.
func (w *walker) addChange(key *Key, tag reflect.StructTag) {
	if w.Changes == nil || IsObject(key.Type) {
		return
	}
	limited, told := limitOf(tag, key.Type), w.Changes[key.Path]
	delete(w.unused, key.Path)
	switch {
	case limited == "" && told == "":
		w.fail("nothing says what changing %s later does", key.Path)
	case limited != "" && told != "":
		key.Change = limited + ". Where it is allowed: " + told
	default:
		key.Change = limited + told
	}
}

// limitOf is what the tags of a field tell that the record of a deployment keeps to.
func limitOf(tag reflect.StructTag, t reflect.Type) string {
	more := "longer"
	if t.Kind() == reflect.Int {
		more = "larger"
	}
	for key, meaning := range map[string]string{
		"fixed": "**fixed** after the first deployment: ",
		"grows": "**only " + more + "** after the first deployment: ",
		"steps": "",
	} {
		if text, limited := tag.Lookup(key); limited {
			return meaning + text
		}
	}
	return ""
}

// below returns the object a key holds, or that its entries are.
func (w *walker) below(key *Key) *Object {
	if IsObject(key.Type) {
		return w.object(key.Path, key.Meaning, key.Type, key.Defaults)
	}
	suffix, holds := map[reflect.Kind]string{reflect.Map: ".<name>", reflect.Slice: "[]", reflect.Pointer: ""}[key.Type.Kind()]
	if !holds || !IsObject(key.Type.Elem()) {
		return nil
	}
	entry := key.Type.Elem()
	meaning, err := w.Comments.Type(entry)
	if err != nil {
		w.fail("%v", err)
	}
	entries := w.Entries
	if entries == nil {
		entries = entriesOf
	}
	return w.object(key.Path+suffix, meaning, entry, entries(entry))
}

// fieldOf returns what a field is by default in each variant; with only, in that
// one.
func fieldOf(defaults []Variant, index int, only string) []Variant {
	var values []Variant
	for _, v := range defaults {
		switch {
		case only == "" || v.When == "":
			values = append(values, Variant{v.When, v.Value.Field(index)})
		case v.When == only:
			values = append(values, Variant{"", v.Value.Field(index)})
		}
	}
	return values
}
