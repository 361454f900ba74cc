package jsonschema

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/mlops-iac/mlops/internal/docgen/model"
)

// builder turns keys into schemas.
type builder struct {
	// variant is the one whose keys and defaults count.
	variant string
	// secure says that secrets must be encrypted.
	secure bool
	// partial says that no key is required.
	partial bool
}

func (b builder) object(object *model.Object) (node, error) {
	properties, required := node{}, []string{}
	for _, key := range object.Keys {
		if key.Only != "" && key.Only != b.variant {
			continue
		}
		property, err := b.property(key)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key.Path, err)
		}
		properties[key.Name] = property
		if b.required(key) {
			required = append(required, key.Name)
		}
	}
	schema := node{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		schema["required"] = required
	}
	return schema, nil
}

// required says whether a file without the key is wrong: because nothing stands
// for the value, or for one below it.
func (b builder) required(key *model.Key) bool {
	if b.partial || key.Partial || key.Only != "" && key.Only != b.variant {
		return false
	}
	if key.Required {
		return !says(b.value(key))
	}
	if model.IsObject(key.Type) {
		for _, below := range key.Object.Keys {
			if b.required(below) {
				return true
			}
		}
	}
	return false
}

func (b builder) property(key *model.Key) (node, error) {
	b.partial = b.partial || key.Partial
	schema, err := b.schema(key.Type, key.Object)
	if err != nil {
		return nil, err
	}
	schema["description"] = description(key)
	if key.Example != "" {
		schema["examples"] = []any{exampleOf(key)}
	}
	if least := leastOf(key.Type); key.Required && !b.partial && least != "" {
		schema[least] = 1
	}
	if value := b.value(key); says(value) && !b.partial {
		if schema["default"], err = plain(value); err != nil {
			return nil, err
		}
	}
	return schema, nil
}

// exampleOf is the example of a key, as the one entry of a list where it has many.
func exampleOf(key *model.Key) any {
	if key.Type.Kind() == reflect.Slice {
		return []string{key.Example}
	}
	return key.Example
}

// schema returns the form of a type; object is what it or its entries hold.
func (b builder) schema(t reflect.Type, object *model.Object) (node, error) {
	if model.IsSecret(t) {
		return secret(b.secure), nil
	}
	if values := model.Enum(t); values != nil {
		return node{"type": "string", "enum": values}, nil
	}
	switch t.Kind() {
	case reflect.String:
		return node{"type": "string"}, nil
	case reflect.Bool:
		return node{"type": "boolean"}, nil
	case reflect.Int:
		return node{"type": "integer"}, nil
	case reflect.Pointer:
		return b.schema(t.Elem(), object)
	case reflect.Struct:
		return b.object(object)
	case reflect.Slice:
		b.partial = false // an entry is never merged with another, so each is complete
		items, err := b.schema(t.Elem(), object)
		return node{"type": "array", "items": items}, err
	case reflect.Map:
		entries, err := b.schema(t.Elem(), object)
		return node{"type": "object", "additionalProperties": entries}, err
	default:
		return nil, fmt.Errorf("no schema for %s", t)
	}
}

func secret(secure bool) node {
	if !secure {
		return node{"type": "string"}
	}
	return node{
		"type": "object", "required": []string{"secure"}, "additionalProperties": false,
		"properties": node{"secure": node{"type": "string", "description": "The encrypted value, as pulumi config set --secret writes it."}},
	}
}

// leastOf is the keyword that forbids an empty value of a type.
func leastOf(t reflect.Type) string {
	switch {
	case t.Kind() == reflect.Slice:
		return "minItems"
	case t.Kind() == reflect.Map:
		return "minProperties"
	case t.Kind() == reflect.String && model.Enum(t) == nil:
		return "minLength"
	default:
		return ""
	}
}

// value is the default of the builder's variant; the zero Value where it
// depends on something else.
func (b builder) value(key *model.Key) reflect.Value {
	var found []reflect.Value
	for _, d := range key.Defaults {
		if d.When == "" || d.When == b.variant {
			found = append(found, d.Value)
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	return reflect.Value{}
}

// says whether a default is worth stating: objects have one for each key.
func says(value reflect.Value) bool {
	switch {
	case !value.IsValid() || model.IsObject(value.Type()):
		return false
	case value.Kind() == reflect.Map || value.Kind() == reflect.Slice:
		return value.Len() > 0
	default:
		return value.Kind() == reflect.Bool || value.Kind() == reflect.Int || !value.IsZero()
	}
}

// plain returns a value as it would stand in the file.
func plain(value reflect.Value) (any, error) {
	text, err := json.Marshal(value.Interface())
	if err != nil {
		return nil, err
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		return nil, err
	}
	return withoutEmpty(tree), nil
}

// withoutEmpty drops empty texts, nulls and objects without content.
func withoutEmpty(tree any) any {
	object, ok := tree.(map[string]any)
	if !ok {
		if list, ok := tree.([]any); ok {
			for i := range list {
				list[i] = withoutEmpty(list[i])
			}
		}
		return tree
	}
	kept := node{}
	for key, item := range object {
		item = withoutEmpty(item)
		if below, nested := item.(node); item != nil && item != "" && (!nested || len(below) > 0) {
			kept[key] = item
		}
	}
	return kept
}

// description is what an editor shows beside a key.
func description(key *model.Key) string {
	text := key.Meaning
	if key.Unit != "" {
		text += " Unit: " + key.Unit + "."
	}
	if key.Change != "" {
		text += " Changing it later: " + key.Change + "."
	}
	return text
}
