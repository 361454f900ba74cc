package kubeprovider

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// shortestHidden is the length from which a secret is cut out of a message. A
// shorter one would also be found inside ordinary words.
const shortestHidden = 4

// protect marks in outputs what was secret in inputs, and the content of a
// Secret whatever the inputs say.
func protect(kind schema.GroupKind, inputs, outputs resource.PropertyMap) resource.PropertyMap {
	result := protectMap(inputs, outputs)
	if kind != (schema.GroupKind{Kind: "Secret"}) {
		return result
	}
	for _, key := range []resource.PropertyKey{"data", "stringData"} {
		if value, ok := result[key]; ok && !value.IsSecret() {
			result[key] = resource.MakeSecret(value)
		}
	}
	return result
}

func protectMap(inputs, outputs resource.PropertyMap) resource.PropertyMap {
	result := outputs.Copy()
	for key, input := range inputs {
		if output, ok := result[key]; ok {
			result[key] = protectValue(input, output)
		}
	}
	return result
}

func protectValue(input, output resource.PropertyValue) resource.PropertyValue {
	switch {
	case output.IsSecret():
		return output
	case input.IsSecret():
		return resource.MakeSecret(output)
	case input.IsObject() && output.IsObject():
		return resource.NewObjectProperty(protectMap(input.ObjectValue(), output.ObjectValue()))
	case input.IsArray() && input.ContainsSecrets():
		// The API server may order or merge a list: its places are not the inputs'.
		return resource.MakeSecret(output)
	default:
		return output
	}
}

// hide replaces the secrets of inputs in a message. The API server quotes the
// value it refuses.
func hide(message string, inputs resource.PropertyMap) string {
	for _, secret := range secretStrings(resource.NewObjectProperty(inputs), false) {
		message = strings.ReplaceAll(message, secret, "[secret]")
	}
	return message
}

func secretStrings(value resource.PropertyValue, secret bool) []string {
	var found []string
	switch {
	case value.IsSecret():
		found = secretStrings(value.SecretValue().Element, true)
	case value.IsString():
		if secret && len(value.StringValue()) >= shortestHidden {
			found = append(found, value.StringValue())
		}
	case value.IsArray():
		for _, element := range value.ArrayValue() {
			found = append(found, secretStrings(element, secret)...)
		}
	case value.IsObject():
		for _, element := range value.ObjectValue() {
			found = append(found, secretStrings(element, secret)...)
		}
	}
	return found
}
