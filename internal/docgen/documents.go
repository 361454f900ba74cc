package main

import (
	"fmt"
	"path/filepath"

	"github.com/mlops-iac/mlops/internal/docgen/comments"
	"github.com/mlops-iac/mlops/internal/docgen/configuration"
	"github.com/mlops-iac/mlops/internal/docgen/dashboards"
	"github.com/mlops-iac/mlops/internal/docgen/files"
	"github.com/mlops-iac/mlops/internal/docgen/guardrules"
	"github.com/mlops-iac/mlops/internal/docgen/impact"
	"github.com/mlops-iac/mlops/internal/docgen/jsonschema"
	"github.com/mlops-iac/mlops/internal/docgen/model"
	"github.com/mlops-iac/mlops/internal/docgen/outputs"
	"github.com/mlops-iac/mlops/internal/docgen/proof"
	"github.com/mlops-iac/mlops/internal/docgen/security"
	"github.com/mlops-iac/mlops/internal/settings"
)

// document is a generated file; its path is seen from the root of the module.
type document struct{ path, text string }

func render(root string) ([]document, error) {
	source := comments.From(root)
	stack, err := stackFile(root, source)
	if err != nil {
		return nil, fmt.Errorf("stack files: %w", err)
	}
	tenant, err := files.Tenant(source).Walk()
	if err != nil {
		return nil, fmt.Errorf("tenant files: %w", err)
	}
	var documents []document
	for _, d := range []struct {
		path   string
		render func() (string, error)
	}{
		{"docs/configuration.md", func() (string, error) { return configuration.Render(stack), nil }},
		{"docs/dashboards.md", func() (string, error) { return dashboards.Render(filepath.Join(root, "docs")) }},
		{"docs/guard.md", func() (string, error) { return guardrules.Render(), nil }},
		{"docs/outputs.md", func() (string, error) { return outputs.Render(source) }},
		{"docs/proof.md", func() (string, error) { return proof.Render(root) }},
		{"docs/security.md", func() (string, error) { return security.Render(root) }},
		{"internal/settings/edits/changes.json", func() (string, error) { return jsonschema.Write(stack.Changes()) }},
		{"internal/settings/schema.json", func() (string, error) { return jsonschema.Stack(stack) }},
		{"tenants/schema.json", func() (string, error) { return jsonschema.Tenant(tenant) }},
	} {
		text, err := d.render()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.path, err)
		}
		documents = append(documents, document{d.path, text})
	}
	return documents, nil
}

// stackFile are the keys of stack files. What changing one does is known of those on AWS.
func stackFile(root string, source *comments.Source) (*model.Object, error) {
	keys := files.Stack(source, nil)
	keys.Changes = nil
	file, err := keys.Walk()
	if err != nil {
		return nil, err
	}
	found, err := impact.Read(root, file.Paths(string(settings.SubstrateAWS)))
	if err != nil {
		return nil, err
	}
	return files.Stack(source, found).Walk()
}
