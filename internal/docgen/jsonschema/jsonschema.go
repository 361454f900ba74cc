// Package jsonschema writes the JSON Schemas with which editors complete and
// check stack files and tenant files.
package jsonschema

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/mlops-iac/mlops/internal/docgen/model"
	"github.com/mlops-iac/mlops/internal/settings"
)

// draft is the version of JSON Schema that both files follow.
const draft = "http://json-schema.org/draft-07/schema#"

// node is a schema or a part of one; it is written with its keys sorted.
type node = map[string]any

// Tenant returns the schema of a tenant file.
func Tenant(file *model.Object) (string, error) {
	root, err := builder{}.object(file)
	if err != nil {
		return "", err
	}
	root["$schema"] = draft
	root["title"] = "Tenant definition"
	root["description"] = "One team on the platform. The file is named after it."
	return Write(root)
}

// Stack returns the schema of a stack file, Pulumi.<stack>.yaml: what Pulumi
// keeps there, other programs' configuration, and the platform's.
func Stack(file *model.Object) (string, error) {
	definitions := node{}
	for _, substrate := range settings.Substrate("").Values() {
		platform, err := builder{variant: substrate, secure: true}.object(file)
		if err != nil {
			return "", err
		}
		definitions[substrate] = platform
	}
	ref := func(substrate settings.Substrate) node { return node{"$ref": "#/definitions/" + string(substrate)} }
	platform := node{
		"description": "The platform of this stack; docs/configuration.md explains every key.",
		"if": node{
			"type": "object", "required": []string{"substrate"},
			"properties": node{"substrate": node{"const": settings.SubstrateKubernetes}},
		},
		"then": ref(settings.SubstrateKubernetes),
		"else": ref(settings.SubstrateAWS),
	}
	foreign := node{"pattern": ":", "not": node{"pattern": "^" + settings.Namespace + ":"}}
	return Write(node{
		"$schema": draft, "title": "Stack file", "type": "object", "definitions": definitions,
		"additionalProperties": false, "required": []string{"config"},
		"properties": node{
			"config": node{
				"type":          "object",
				"description":   "The configuration of the stack's program and providers.",
				"properties":    node{settings.FullKey: platform},
				"required":      []string{settings.FullKey},
				"propertyNames": node{"anyOf": []node{{"const": settings.FullKey}, foreign}},
			},
			"encryptedkey":    node{"type": "string", "description": "The key that encrypts secrets, encrypted itself. Pulumi writes it."},
			"encryptionsalt":  node{"type": "string", "description": "The salt of the passphrase that encrypts secrets. Pulumi writes it."},
			"environment":     node{"description": "Environments of Pulumi ESC to import."},
			"secretsprovider": node{"type": "string", "description": "What encrypts secrets, such as an AWS KMS key."},
		},
	})
}

// Write is a value as the files of the checkout have JSON: indented, and with < and > as
// they are.
func Write(value any) (string, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return "", fmt.Errorf("writing JSON: %w", err)
	}
	return text.String(), nil
}
