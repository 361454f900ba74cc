package teardown

import (
	"context"
	"fmt"
	"io"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
)

const databaseType = "aws:rds/instance:Instance"

// lift removes what protects a stack. RDS keeps a database with deletion protection
// whatever Pulumi says, so that is switched off in AWS first, by an update of the
// database alone; when it fails, everything else is protected still.
func lift(ctx context.Context, stack *engine.Existing, recorded []engine.Recorded, file []byte, out io.Writer) error {
	var kept []string
	for _, r := range recorded {
		if r.Type == databaseType && !r.Retained && r.Inputs["deletionProtection"] == true {
			kept = append(kept, r.URN)
		}
	}
	if len(kept) > 0 {
		unprotected, err := withoutProtection(file)
		if err != nil {
			return err
		}
		if err := stack.Change(ctx, unprotected, kept, out); err != nil {
			return fmt.Errorf("switching the deletion protection of the database off: %w", err)
		}
	}
	if slices.ContainsFunc(recorded, func(r engine.Recorded) bool { return r.Protected }) {
		return stack.Unprotect(ctx)
	}
	return nil
}

// withoutProtection returns a stack file that says the same but that nothing is
// protected.
func withoutProtection(file []byte) ([]byte, error) {
	content := map[string]any{}
	if err := yaml.Unmarshal(file, &content); err != nil {
		return nil, fmt.Errorf("reading the stack file: %w", err)
	}
	config, _ := content["config"].(map[string]any)
	platform, _ := config[settings.FullKey].(map[string]any)
	if platform == nil {
		return nil, fmt.Errorf("reading the stack file: there is no %s", settings.FullKey)
	}
	platform["protect"] = false
	if database, given := platform["metadataStore"].(map[string]any); given {
		database["deletionProtection"] = false
	}
	return yaml.Marshal(content)
}
