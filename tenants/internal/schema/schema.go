// Package schema makes the JSON Schema of tenant definitions from the Go types
// and their comments.
package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/mlops-iac/mlops/tenants"
)

//go:generate go run ./generate

// File is where the schema is kept, seen from the folder of this package.
const File = "../../schema.json"

// here is the import path of this package. The reader of comments joins it with
// the folders below to the import paths of the types.
const here = "github.com/mlops-iac/mlops/tenants/internal/schema"

// Document is the form of a definition file.
type Document struct {
	tenants.Tenant
	// Environments change any part of the tenant but its name on single stacks. Objects are merged key by key, lists are replaced.
	Environments map[string]tenants.Spec `json:"environments"`
}

// Generate returns the schema as indented JSON. It reads comments from source
// files and must run in the folder of this package.
func Generate() ([]byte, error) {
	reflector := &jsonschema.Reflector{Anonymous: true, ExpandedStruct: true, RequiredFromJSONSchemaTags: true}
	for _, folder := range []string{"../..", "../../../components/tenant/spec"} {
		if err := reflector.AddGoComments(here, folder, jsonschema.WithFullComment()); err != nil {
			return nil, fmt.Errorf("reading comments in %s: %w", folder, err)
		}
	}
	for key, comment := range reflector.CommentMap {
		// Comments are wrapped for readers of Go; editors wrap on their own.
		reflector.CommentMap[key] = strings.Join(strings.Fields(comment), " ")
	}
	root := reflector.Reflect(Document{})
	root.Title = "Tenant definition"
	root.Description = "One team on the platform. The file is named after it."
	// Only at the top: what stands under environments states what differs.
	root.Required = []string{"name", "owners", "costCenter", "image"}
	egress, found := root.Definitions["Egress"]
	if !found {
		return nil, fmt.Errorf("the types no longer hold an Egress")
	}
	// Items of a list are never merged, so each is complete.
	egress.Required = []string{"description", "cidr", "ports"}
	if err := addDefaults(root); err != nil {
		return nil, fmt.Errorf("adding defaults: %w", err)
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(root); err != nil {
		return nil, fmt.Errorf("writing the schema: %w", err)
	}
	return text.Bytes(), nil
}

// addDefaults states the default of every part that has one.
func addDefaults(root *jsonschema.Schema) error {
	text, err := json.Marshal(tenants.Default())
	if err != nil {
		return err
	}
	var defaults map[string]any
	if err := json.Unmarshal(text, &defaults); err != nil {
		return err
	}
	for pair := root.Properties.Oldest(); pair != nil; pair = pair.Next() {
		if value, some := pruned(defaults[pair.Key]); some {
			pair.Value.Default = value
		}
	}
	return nil
}

// pruned drops empty text, nulls and objects without content: they say nothing.
func pruned(value any) (any, bool) {
	switch typed := value.(type) {
	case nil:
		return nil, false
	case string:
		return typed, typed != ""
	case map[string]any:
		kept := map[string]any{}
		for key, item := range typed {
			if rest, some := pruned(item); some {
				kept[key] = rest
			}
		}
		return kept, len(kept) > 0
	default:
		return typed, true
	}
}
