package kubeprovider

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// autonamed marks an object whose name the provider chose, as the real provider
// does, so that either of them keeps the name.
const autonamed = "pulumi.com/autonamed"

// suffixLength is the number of random hexadecimal digits of a chosen name.
const suffixLength = 8

// metadataOf returns the metadata of inputs; known is false when all of it is unknown.
func metadataOf(inputs resource.PropertyMap) (metadata resource.PropertyMap, known bool) {
	value := inputs["metadata"]
	if value.IsSecret() {
		value = value.SecretValue().Element
	}
	switch {
	case value.IsObject():
		return value.ObjectValue().Copy(), true
	case value.IsComputed(), value.IsOutput():
		return nil, false
	default:
		return resource.PropertyMap{}, true
	}
}

func withMetadata(inputs, metadata resource.PropertyMap) resource.PropertyMap {
	result := inputs.Copy()
	value := resource.NewObjectProperty(metadata)
	if inputs["metadata"].IsSecret() {
		value = resource.MakeSecret(value)
	}
	result["metadata"] = value
	return result
}

// nameInputs fills metadata.name when the program left it out: the name of the
// previous inputs if the provider chose that one too, else a new one.
func nameInputs(req *pulumirpc.CheckRequest, name string, olds, news resource.PropertyMap) (resource.PropertyMap, error) {
	metadata, known := metadataOf(news)
	if _, named := metadata["name"]; named || !known {
		return news, nil
	}
	chosen := previousName(olds)
	if chosen == "" {
		var err error
		if chosen, err = newName(req, name); err != nil {
			return nil, err
		}
	}
	annotations := resource.PropertyMap{}
	if present := metadata["annotations"]; present.IsObject() {
		annotations = present.ObjectValue().Copy()
	}
	annotations[autonamed] = resource.NewStringProperty("true")
	metadata["name"] = resource.NewStringProperty(chosen)
	metadata["annotations"] = resource.NewObjectProperty(annotations)
	return withMetadata(news, metadata), nil
}

func previousName(olds resource.PropertyMap) string {
	metadata, _ := plain(olds)["metadata"].(map[string]any)
	if !isAutonamed(metadata) {
		return ""
	}
	name, _ := metadata["name"].(string)
	return name
}

func isAutonamed(metadata map[string]any) bool {
	annotations, _ := metadata["annotations"].(map[string]any)
	return annotations[autonamed] == "true"
}

// newName follows the engine's wish for automatic names when it has one.
func newName(req *pulumirpc.CheckRequest, name string) (string, error) {
	wish := req.GetAutonaming()
	switch {
	case wish.GetMode() == pulumirpc.CheckRequest_AutonamingOptions_DISABLE:
		return "", errors.New("is missing, and automatic names are turned off")
	case wish.GetProposedName() != "":
		return wish.GetProposedName(), nil
	}
	chosen, err := resource.NewUniqueName(req.GetRandomSeed(), strings.ToLower(name)+"-", suffixLength, 0, nil)
	if err != nil {
		return "", fmt.Errorf("choosing a name for %s: %w", name, err)
	}
	return chosen, nil
}
