package terraform

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// Schema describes the resource types of a provider.
type Schema struct {
	shapes map[string]*shape
	// versions are those of the form in which states keep the attributes.
	versions map[string]uint64
}

// ReadSchema reads the answer of `tofu providers schema -json`. The types that
// the platform uses and the provider does not know are an error.
func ReadSchema(r io.Reader) (*Schema, error) {
	raw, err := readTypes(r)
	if err != nil {
		return nil, err
	}
	s := &Schema{shapes: map[string]*shape{}, versions: map[string]uint64{}}
	var missing []string
	for _, name := range types {
		data, known := raw[name]
		if !known {
			missing = append(missing, name)
			continue
		}
		var decoded tfjson.Schema
		if err := json.Unmarshal(data, &decoded); err != nil {
			return nil, fmt.Errorf("the provider's schema of %s: %w", name, err)
		}
		s.shapes[name], s.versions[name] = blockShape(decoded.Block), decoded.Version
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return nil, fmt.Errorf("the provider does not know the resource types %s", strings.Join(missing, ", "))
	}
	return s, nil
}

func readTypes(r io.Reader) (map[string]json.RawMessage, error) {
	var doc struct {
		Format    string                     `json:"format_version"`
		Providers map[string]json.RawMessage `json:"provider_schemas"`
	}
	if err := json.NewDecoder(r).Decode(&doc); err != nil {
		return nil, fmt.Errorf("reading the provider's schema: %w", err)
	}
	for source, data := range doc.Providers {
		if !strings.HasSuffix(source, "/hashicorp/aws") {
			continue
		}
		var provider struct {
			Resources map[string]json.RawMessage `json:"resource_schemas"`
		}
		if err := json.Unmarshal(data, &provider); err != nil {
			return nil, fmt.Errorf("reading the provider's schema: %w", err)
		}
		return provider.Resources, nil
	}
	return nil, errors.New("reading the provider's schema: it has no provider hashicorp/aws")
}

// Extract returns the part of a provider's schema that the platform uses, without
// descriptions, in the form that ReadSchema reads. It is what the tests work with
// where the provider is not built.
func Extract(r io.Reader) ([]byte, error) {
	raw, err := readTypes(r)
	if err != nil {
		return nil, err
	}
	used := map[string]any{}
	for _, name := range types {
		var schema any
		if err := json.Unmarshal(raw[name], &schema); err != nil {
			return nil, fmt.Errorf("the provider's schema of %s: %w", name, err)
		}
		undescribe(schema)
		used[name] = schema
	}
	return json.MarshalIndent(map[string]any{
		"format_version": "1.0",
		"provider_schemas": map[string]any{
			"registry.opentofu.org/hashicorp/aws": map[string]any{"resource_schemas": used},
		},
	}, "", " ")
}

// undescribe removes what does not say how a value is written.
func undescribe(value any) {
	fields, ok := value.(map[string]any)
	if !ok {
		return
	}
	for _, key := range []string{"description", "description_kind", "deprecated"} {
		if _, isText := fields[key].(map[string]any); !isText { // an attribute may be called so
			delete(fields, key)
		}
	}
	for _, inner := range fields {
		undescribe(inner)
	}
}
