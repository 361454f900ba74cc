package tofu

import (
	"context"
	"maps"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/terraform"
)

const (
	// stateVersion is that of the form of states.
	stateVersion = 4
	// builtInType is not of the AWS provider.
	builtInType = "terraform_data"
)

// Pretend writes the state that an apply would leave, so that plans show what an edit
// does without any cloud. What only AWS decides has stand-ins, see
// terraform.Schema.Fill.
func (w Workspace) Pretend(ctx context.Context, schema *terraform.Schema) error {
	plan, err := w.planned(ctx)
	if err != nil {
		return err
	}
	resources := []any{builtIn()}
	for _, r := range plan.ResourceChanges {
		if r.Type != builtInType {
			resources = append(resources, pretended(r, schema))
		}
	}
	if err := w.writeState(map[string]any{"version": stateVersion, "serial": 1, "lineage": "pretended", "resources": resources}); err != nil {
		return err
	}
	_, err = w.Settle(ctx)
	return err
}

func pretended(r *tfjson.ResourceChange, schema *terraform.Schema) map[string]any {
	return kept(r.Type, r.Name, `provider["registry.opentofu.org/hashicorp/aws"]`, map[string]any{
		"schema_version":       schema.Version(r.Type),
		"attributes":           schema.Fill(r.Type, r.Address, r.Change.After, r.Change.AfterUnknown),
		"sensitive_attributes": sensitive(r.Change.AfterSensitive),
	})
}

// builtIn is the resource of what no plan knows. Its id stands for numbers, too.
func builtIn() map[string]any {
	return kept(builtInType, terraform.UnknownName, `provider["terraform.io/builtin/terraform"]`, map[string]any{
		"schema_version": 0, "attributes": map[string]any{"id": "0"},
	})
}

func kept(resourceType, name, provider string, instance map[string]any) map[string]any {
	return map[string]any{"mode": "managed", "type": resourceType, "name": name, "provider": provider, "instances": []any{instance}}
}

// sensitive are the paths of the attributes that are secret by themselves.
func sensitive(attributes any) []any {
	marks, _ := attributes.(map[string]any)
	paths := []any{}
	for _, name := range slices.Sorted(maps.Keys(marks)) {
		if marks[name] == true {
			paths = append(paths, []any{map[string]any{"type": "get_attr", "value": name}})
		}
	}
	return paths
}
