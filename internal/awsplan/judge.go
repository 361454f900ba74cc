package awsplan

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/mlops-iac/mlops/internal/offline"
	"github.com/mlops-iac/mlops/internal/preview"
	"github.com/mlops-iac/mlops/internal/terraform"
	"github.com/mlops-iac/mlops/internal/toolset"
)

// Judge judges stacks with one provider.
type Judge struct {
	tools      toolset.AWS
	planner    *preview.Planner
	schema     *terraform.Schema
	exceptions *terraform.Exceptions
	root       string
}

// NewJudge asks the provider for its schema. root is a folder for the judge's
// own; the caller removes it.
func NewJudge(ctx context.Context, set *toolset.Set, tools toolset.AWS, root string) (*Judge, error) {
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
	return &Judge{tools: tools, planner: planner, schema: schema, exceptions: exceptions, root: root}, nil
}

// anyRegion is for questions whose answer is the same in every region.
const anyRegion = "eu-west-1"

// readSchema asks the provider for its schema once and keeps the answer beside a
// provider that was built.
func readSchema(ctx context.Context, set *toolset.Set, tools toolset.AWS, root string) (*terraform.Schema, error) {
	if data, err := os.ReadFile(set.AWSSchema(tools)); err == nil {
		return terraform.ReadSchema(bytes.NewReader(data))
	}
	t, err := (&Judge{tools: tools}).open(ctx, filepath.Join(root, "schema"), anyRegion, nil)
	if err != nil {
		return nil, err
	}
	data, err := t.schema(ctx)
	if err != nil {
		return nil, err
	}
	if err := set.KeepAWSSchema(tools, data); err != nil {
		return nil, err
	}
	return terraform.ReadSchema(bytes.NewReader(data))
}

// Verdict is what came out for one stack.
type Verdict struct {
	Translation
	// Folder holds the Terraform configuration and, when it could be made, the plan.
	Folder string
	// Validated and Planned count the resources that passed these stages.
	Validated, Planned int
}

// Passed says whether every resource passed every stage without an error.
func (v Verdict) Passed() bool {
	found := len(v.Inputs)
	return v.clean() && found > 0 && found == len(v.Resources) && found == v.Validated && found == v.Planned
}

// Stack judges one stack. adjust may change the preview before it starts.
func (j *Judge) Stack(ctx context.Context, stack preview.StackInput, adjust func(*offline.Job)) (Verdict, error) {
	translation, err := j.Translate(ctx, stack, adjust)
	if err != nil {
		return Verdict{}, err
	}
	v := Verdict{Translation: translation, Folder: filepath.Join(j.root, stack.Name)}
	if err := j.judge(ctx, &v); err != nil {
		return Verdict{}, fmt.Errorf("stack %s: %w", stack.Name, err)
	}
	return v, nil
}

// Translate writes one stack in the words of Terraform, and judges nothing.
func (j *Judge) Translate(ctx context.Context, stack preview.StackInput, adjust func(*offline.Job)) (Translation, error) {
	return Translate(ctx, j.planner, j.schema, j.exceptions, stack, adjust)
}

// judge has the provider validate, and plan what it found valid. What could not
// be translated as a whole is not judged: the references would lead nowhere.
func (j *Judge) judge(ctx context.Context, v *Verdict) error {
	if !v.clean() {
		return nil
	}
	w, err := j.open(ctx, v.Folder, v.Region, v.Resources)
	if err != nil {
		return err
	}
	diagnostics, err := w.validate(ctx)
	if err != nil {
		return err
	}
	l := v.locator(v.Folder)
	v.Validated = len(v.Resources) - v.add(l.findings(StageValidate, diagnostics))
	if !v.clean() {
		return nil
	}
	if diagnostics, err = w.plan(ctx); err != nil {
		return err
	}
	v.add(l.findings(StagePlan, diagnostics))
	if !v.clean() {
		return nil
	}
	plan, err := w.show(ctx)
	if err != nil {
		return err
	}
	v.Planned = planned(plan, v.Resources)
	return nil
}

// open writes a configuration into a folder and makes it ready for the provider.
func (j *Judge) open(ctx context.Context, folder, region string, resources map[string]terraform.Resource) (tofu, error) {
	t := tofu{tools: j.tools, folder: folder}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return t, fmt.Errorf("making the folder for OpenTofu: %w", err)
	}
	if err := writeFrame(folder, region, j.tools); err != nil {
		return t, err
	}
	for _, r := range resources {
		if err := writeResource(folder, r); err != nil {
			return t, err
		}
	}
	return t, t.prepare(ctx)
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
