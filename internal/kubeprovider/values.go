package kubeprovider

import (
	"fmt"
	"math"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"google.golang.org/protobuf/types/known/structpb"
)

// unknown stands for a value that only the deployment will tell.
type unknown struct{}

// decode reads properties as the engine sends them, secrets and unknown values kept.
func decode(what string, properties *structpb.Struct) (resource.PropertyMap, error) {
	decoded, err := plugin.UnmarshalProperties(properties, plugin.MarshalOptions{
		Label: what, KeepUnknowns: true, KeepSecrets: true, SkipNulls: true, RejectAssets: true,
	})
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", what, err)
	}
	return decoded, nil
}

func encode(what string, properties resource.PropertyMap) (*structpb.Struct, error) {
	encoded, err := plugin.MarshalProperties(properties, plugin.MarshalOptions{
		Label: what, KeepUnknowns: true, KeepSecrets: true, SkipNulls: true,
	})
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", what, err)
	}
	return encoded, nil
}

// plain turns properties into an object as client-go wants it, with unknown
// values in their places.
func plain(properties resource.PropertyMap) map[string]any {
	object := make(map[string]any, len(properties))
	for key, value := range properties {
		object[string(key)] = plainValue(value)
	}
	return object
}

func plainValue(value resource.PropertyValue) any {
	switch {
	case value.IsSecret():
		return plainValue(value.SecretValue().Element)
	case value.IsComputed(), value.IsOutput():
		return unknown{}
	case value.IsObject():
		return plain(value.ObjectValue())
	case value.IsArray():
		list := make([]any, 0, len(value.ArrayValue()))
		for _, element := range value.ArrayValue() {
			list = append(list, plainValue(element))
		}
		return list
	case value.IsNumber():
		return plainNumber(value.NumberValue())
	default:
		return value.V
	}
}

// plainNumber makes integers of whole numbers: Pulumi knows only floats, and
// client-go copies an int64 exactly.
func plainNumber(number float64) any {
	if number == math.Trunc(number) && math.Abs(number) < 1<<53 {
		return int64(number)
	}
	return number
}

// properties turns an object from the API server into outputs.
func properties(object map[string]any) resource.PropertyMap {
	result := make(resource.PropertyMap, len(object))
	for key, value := range object {
		result[resource.PropertyKey(key)] = property(value)
	}
	return result
}

func property(value any) resource.PropertyValue {
	switch v := value.(type) {
	case map[string]any:
		return resource.NewObjectProperty(properties(v))
	case []any:
		list := make([]resource.PropertyValue, 0, len(v))
		for _, element := range v {
			list = append(list, property(element))
		}
		return resource.NewArrayProperty(list)
	case unknown:
		return resource.MakeComputed(resource.NewStringProperty(""))
	default:
		return resource.NewPropertyValue(v)
	}
}

// hasUnknown says whether any value below is unknown.
func hasUnknown(value any) bool {
	switch v := value.(type) {
	case unknown:
		return true
	case map[string]any:
		for _, element := range v {
			if hasUnknown(element) {
				return true
			}
		}
	case []any:
		for _, element := range v {
			if hasUnknown(element) {
				return true
			}
		}
	}
	return false
}

// fill returns value with what is unknown taken from the same place of known,
// and left out where known has nothing there.
func fill(value, known any) (filled any, keep bool) {
	switch v := value.(type) {
	case unknown:
		return known, known != nil
	case map[string]any:
		from, _ := known.(map[string]any)
		result := make(map[string]any, len(v))
		for key, element := range v {
			if kept, ok := fill(element, from[key]); ok {
				result[key] = kept
			}
		}
		return result, true
	case []any:
		from, _ := known.([]any)
		result := make([]any, 0, len(v))
		for i, element := range v {
			var there any
			if i < len(from) {
				there = from[i]
			}
			if kept, ok := fill(element, there); ok {
				result = append(result, kept)
			}
		}
		return result, true
	default:
		return value, true
	}
}

func fillObject(object, known map[string]any) map[string]any {
	filled, _ := fill(object, known)
	return filled.(map[string]any)
}
