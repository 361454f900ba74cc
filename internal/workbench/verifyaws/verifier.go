package verifyaws

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/preview"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/terraform"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/tofu"
)

// Verifier verifies stacks with one provider.
type Verifier struct {
	tools      toolset.AWS
	planner    *preview.Planner
	schema     *terraform.Schema
	exceptions *terraform.Exceptions
	root       string
}

// NewVerifier asks the provider for its schema. root is a folder for the verifier's
// own; the caller removes it.
func NewVerifier(ctx context.Context, set *toolset.Set, tools toolset.AWS, root string) (*Verifier, error) {
	planner, err := preview.NewPlanner(ctx, set)
	if err != nil {
		return nil, err
	}
	exceptions, err := terraform.NewExceptions(terraform.OlderProvider(), tools.ProviderVersion)
	if err != nil {
		return nil, err
	}
	schema, err := readSchema(ctx, set, tools, root)
	if err != nil {
		return nil, err
	}
	return &Verifier{tools: tools, planner: planner, schema: schema, exceptions: exceptions, root: root}, nil
}

// anyRegion is for questions whose answer is the same in every region.
const anyRegion = "eu-west-1"

// readSchema asks the provider for its schema once and keeps the answer beside a
// provider that was built.
func readSchema(ctx context.Context, set *toolset.Set, tools toolset.AWS, root string) (*terraform.Schema, error) {
	if data, err := os.ReadFile(set.AWSSchema(tools)); err == nil {
		return terraform.ReadSchema(bytes.NewReader(data))
	}
	t, err := (&Verifier{tools: tools}).open(ctx, filepath.Join(root, "schema"), anyRegion, nil)
	if err != nil {
		return nil, err
	}
	data, err := t.Schema(ctx)
	if err != nil {
		return nil, err
	}
	if err := set.KeepAWSSchema(tools, data); err != nil {
		return nil, err
	}
	return terraform.ReadSchema(bytes.NewReader(data))
}

// Result is the outcome for one stack.
type Result struct {
	Translation
	// Folder holds the Terraform configuration and, when it could be made, the plan.
	Folder string
	// Validated and Planned count the resources that passed these stages.
	Validated, Planned int
}

// Passed says whether every resource passed every stage without an error.
func (r Result) Passed() bool {
	found := len(r.Inputs)
	return r.clean() && found > 0 && found == len(r.Resources) && found == r.Validated && found == r.Planned
}

// Stack verifies one stack. adjust may change the preview before it starts.
func (v *Verifier) Stack(ctx context.Context, stack preview.StackInput, adjust func(*engine.Job)) (Result, error) {
	translation, err := v.Translate(ctx, stack, adjust)
	if err != nil {
		return Result{}, err
	}
	r := Result{Translation: translation, Folder: filepath.Join(v.root, stack.Name)}
	if err := v.verify(ctx, &r); err != nil {
		return Result{}, fmt.Errorf("stack %s: %w", stack.Name, err)
	}
	return r, nil
}

// Translate writes one stack in the words of Terraform, and verifies nothing.
func (v *Verifier) Translate(ctx context.Context, stack preview.StackInput, adjust func(*engine.Job)) (Translation, error) {
	return Translate(ctx, v.planner, v.schema, v.exceptions, stack, adjust)
}

// verify has the provider validate, and plan what it found valid. What could not
// be translated as a whole is not verified: the references would lead nowhere.
func (v *Verifier) verify(ctx context.Context, r *Result) error {
	if !r.clean() {
		return nil
	}
	w, err := v.open(ctx, r.Folder, r.Region, r.Resources)
	if err != nil {
		return err
	}
	diagnostics, err := w.Validate(ctx)
	if err != nil {
		return err
	}
	l := r.locator(r.Folder)
	r.Validated = len(r.Resources) - r.add(l.findings(StageValidate, diagnostics))
	if !r.clean() {
		return nil
	}
	if diagnostics, err = w.Plan(ctx); err != nil {
		return err
	}
	r.add(l.findings(StagePlan, diagnostics))
	if !r.clean() {
		return nil
	}
	plan, err := w.Show(ctx)
	if err != nil {
		return err
	}
	r.Planned = planned(plan, r.Resources)
	return nil
}

// open writes a configuration into a folder and makes it ready for the provider.
func (v *Verifier) open(ctx context.Context, folder, region string, resources map[string]terraform.Resource) (tofu.Workspace, error) {
	w, err := tofu.Open(ctx, v.tools, folder, region, tofu.Account{})
	if err != nil {
		return w, err
	}
	return w, w.Write(resources)
}

// planned counts the resources that the plan makes.
func planned(plan *tfjson.Plan, resources map[string]terraform.Resource) int {
	count := 0
	for _, change := range plan.ResourceChanges {
		if _, ours := resources[change.Address]; ours && change.Change != nil && change.Change.Actions.Create() {
			count++
		}
	}
	return count
}

// Schema is that of the provider.
func (v *Verifier) Schema() *terraform.Schema { return v.schema }
