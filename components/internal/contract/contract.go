// Package contract derives what a component registers and what another stack
// reads from the `pulumi:"..."` tags of one struct, so the two cannot differ.
package contract

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const tagName = "pulumi"

// Outputs returns the tagged fields of ref, a struct of Pulumi outputs, under
// their tags. A field left nil is an error of the component, reported by the
// shared contract test, and is exported as null.
func Outputs(ref any) pulumi.Map {
	outputs := pulumi.Map{}
	value := reflect.Indirect(reflect.ValueOf(ref))
	for i := range value.NumField() {
		key, tagged := value.Type().Field(i).Tag.Lookup(tagName)
		if !tagged {
			continue
		}
		input, _ := value.Field(i).Interface().(pulumi.Input)
		outputs[key] = input
	}
	return outputs
}

// Register gives the component the outputs that ref says, as its tagged fields
// and in the state. Both must have the same tags: SDKs of other languages know
// the fields of the component, Go programs pass the ref on.
func Register(ctx *pulumi.Context, component pulumi.ComponentResource, ref any) error {
	if want, got := Keys(ref), Keys(component); !slices.Equal(want, got) {
		return fmt.Errorf("outputs of %T: tagged fields %v, want those of %T: %v", component, got, ref, want)
	}
	from, to := reflect.Indirect(reflect.ValueOf(ref)), reflect.ValueOf(component).Elem()
	for _, field := range reflect.VisibleFields(from.Type()) {
		if _, tagged := field.Tag.Lookup(tagName); tagged {
			to.FieldByName(field.Name).Set(from.FieldByIndex(field.Index))
		}
	}
	return ctx.RegisterResourceOutputs(component, Outputs(ref))
}

// Keys lists the tags of ref in field order.
func Keys(ref any) []string {
	refType := reflect.Indirect(reflect.ValueOf(ref)).Type()
	keys := make([]string, 0, refType.NumField())
	for i := range refType.NumField() {
		if key, tagged := refType.Field(i).Tag.Lookup(tagName); tagged {
			keys = append(keys, key)
		}
	}
	return keys
}

// FromStack returns a struct whose tagged fields come from the stack output named
// key, a map with the same tags as keys. A key the other stack does not export
// becomes an error when the output is used.
func FromStack[Ref any](stack *pulumi.StackReference, key string) (Ref, error) {
	return fill[Ref](stack.GetOutput(pulumi.String(key)), key)
}

// FromStackEntry is FromStack for a stack output that holds one such map per
// name.
func FromStackEntry[Ref any](stack *pulumi.StackReference, key, name string) (Ref, error) {
	entry := stack.GetOutput(pulumi.String(key)).ApplyT(func(v any) (any, error) {
		return pick[map[string]any](v, key, name)
	}).(pulumi.AnyOutput)
	return fill[Ref](entry, key+"."+name)
}

func fill[Ref any](exported pulumi.AnyOutput, key string) (Ref, error) {
	var ref Ref
	value := reflect.ValueOf(&ref).Elem()
	for i := range value.NumField() {
		tag, tagged := value.Type().Field(i).Tag.Lookup(tagName)
		if !tagged {
			continue
		}
		output, err := field(exported, key, tag, value.Field(i).Interface())
		if err != nil {
			return ref, err
		}
		value.Field(i).Set(reflect.ValueOf(output))
	}
	return ref, nil
}

func field(exported pulumi.AnyOutput, key, tag string, want any) (pulumi.Output, error) {
	switch want.(type) {
	case pulumi.StringOutput:
		return exported.ApplyT(func(v any) (string, error) { return pick[string](v, key, tag) }).(pulumi.StringOutput), nil
	case pulumi.IntOutput:
		return exported.ApplyT(func(v any) (int, error) {
			number, err := pick[float64](v, key, tag)
			return int(number), err
		}).(pulumi.IntOutput), nil
	case pulumi.StringArrayOutput:
		return exported.ApplyT(func(v any) ([]string, error) {
			items, err := pick[[]any](v, key, tag)
			if err != nil {
				return nil, err
			}
			return strings(items, key, tag)
		}).(pulumi.StringArrayOutput), nil
	case pulumi.StringMapOutput:
		return exported.ApplyT(func(v any) (map[string]string, error) {
			items, err := pick[map[string]any](v, key, tag)
			if err != nil {
				return nil, err
			}
			return stringMap(items, key, tag)
		}).(pulumi.StringMapOutput), nil
	default:
		return nil, fmt.Errorf("output %s.%s: type %T cannot cross stacks", key, tag, want)
	}
}

func pick[T any](v any, key, tag string) (T, error) {
	var zero T
	exported, ok := v.(map[string]any)
	if !ok {
		return zero, fmt.Errorf("stack output %q: want a map, got %T", key, v)
	}
	value, ok := exported[tag].(T)
	if !ok {
		return zero, fmt.Errorf("stack output %q: key %q: want %T, got %T", key, tag, zero, exported[tag])
	}
	return value, nil
}

func strings(items []any, key, tag string) ([]string, error) {
	texts := make([]string, len(items))
	for i, item := range items {
		text, ok := item.(string)
		if !ok {
			return nil, fmt.Errorf("stack output %q: key %q[%d]: want string, got %T", key, tag, i, item)
		}
		texts[i] = text
	}
	return texts, nil
}

func stringMap(items map[string]any, key, tag string) (map[string]string, error) {
	texts := make(map[string]string, len(items))
	for name, item := range items {
		text, ok := item.(string)
		if !ok {
			return nil, fmt.Errorf("stack output %q: key %q[%q]: want string, got %T", key, tag, name, item)
		}
		texts[name] = text
	}
	return texts, nil
}
