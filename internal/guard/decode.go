package guard

import (
	"context"
	"fmt"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
)

// decoder turns one input into a plain value and notes on the way whether it
// holds a secret.
type decoder struct {
	secret bool
}

// property decodes the form in which mocks and providers receive inputs.
func (d *decoder) property(v resource.PropertyValue) any {
	switch {
	case v.IsSecret():
		d.secret = true
		return d.property(v.SecretValue().Element)
	case v.IsOutput():
		return d.output(v.OutputValue())
	case v.IsArray():
		items := make([]any, len(v.ArrayValue()))
		for i, item := range v.ArrayValue() {
			items[i] = d.property(item)
		}
		return items
	case v.IsObject():
		return d.object(v.ObjectValue())
	case v.IsComputed(), v.IsResourceReference():
		return Unknown{}
	case v.IsBool(), v.IsNumber(), v.IsString():
		return v.V
	default:
		return nil
	}
}

func (d *decoder) output(v resource.Output) any {
	d.secret = d.secret || v.Secret
	if !v.Known {
		return Unknown{}
	}
	return d.property(v.Element)
}

func (d *decoder) object(fields resource.PropertyMap) map[string]any {
	plain := make(map[string]any, len(fields))
	for key, value := range fields {
		if decoded := d.property(value); decoded != nil {
			plain[string(key)] = decoded
		}
	}
	return plain
}

// input decodes the form in which a resource transform receives inputs.
func (d *decoder) input(ctx context.Context, v any) (any, error) {
	switch v := v.(type) {
	case pulumi.Output:
		return d.await(ctx, v)
	case pulumi.Map:
		return d.inputMap(ctx, v)
	case pulumi.Array:
		items := make([]any, len(v))
		for i, item := range v {
			decoded, err := d.input(ctx, item)
			if err != nil {
				return nil, err
			}
			items[i] = decoded
		}
		return items, nil
	case nil, pulumi.AssetOrArchive:
		return nil, nil
	default:
		plain := scalar(v)
		if plain == nil {
			return nil, fmt.Errorf("unexpected input of type %T", v)
		}
		return plain, nil
	}
}

func (d *decoder) inputMap(ctx context.Context, fields pulumi.Map) (map[string]any, error) {
	plain := make(map[string]any, len(fields))
	for key, value := range fields {
		decoded, err := d.input(ctx, value)
		if err != nil {
			return nil, err
		}
		if decoded != nil {
			plain[key] = decoded
		}
	}
	return plain, nil
}

func (d *decoder) await(ctx context.Context, output pulumi.Output) (any, error) {
	result, err := internals.UnsafeAwaitOutput(ctx, output)
	if err != nil {
		return nil, err
	}
	d.secret = d.secret || result.Secret
	if !result.Known {
		return Unknown{}, nil
	}
	return resolved(result.Value), nil
}

// resolved decodes what an output resolved to.
func resolved(v any) any {
	switch v := v.(type) {
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = resolved(item)
		}
		return items
	case map[string]any:
		plain := make(map[string]any, len(v))
		for key, value := range v {
			if decoded := resolved(value); decoded != nil {
				plain[key] = decoded
			}
		}
		return plain
	case pulumi.Resource, pulumi.AssetOrArchive:
		return Unknown{}
	default:
		return scalar(v)
	}
}

// scalar maps every kind of bool, number and text to bool, float64 and string,
// and anything else, such as assets, to nil.
func scalar(v any) any {
	value := reflect.ValueOf(v)
	switch {
	case !value.IsValid():
		return nil
	case value.Kind() == reflect.Bool:
		return value.Bool()
	case value.CanInt():
		return float64(value.Int())
	case value.CanFloat():
		return value.Float()
	case value.Kind() == reflect.String:
		return value.String()
	default:
		return nil
	}
}

func scalarText(v any) string {
	text, _ := scalar(v).(string)
	return text
}
