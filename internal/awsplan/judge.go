package awsplan

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

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

// readSchema asks the provider for its schema once and keeps the answer beside a
// provider that was built.
func readSchema(ctx context.Context, set *toolset.Set, tools toolset.AWS, root string) (*terraform.Schema, error) {
	if data, err := os.ReadFile(set.AWSSchema(tools)); err == nil {
		return terraform.ReadSchema(bytes.NewReader(data))
	}
	folder := filepath.Join(root, "schema")
	t := tofu{tools: tools, folder: folder}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	if err := writeFrame(folder, "eu-west-1", tools); err != nil {
		return nil, err
	}
	if err := t.prepare(ctx); err != nil {
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
	Stack string
	// Folder holds the Terraform configuration and, when it could be made, the plan.
	Folder string
	// Found counts the AWS resources of the stack; the others how many of them
	// passed each stage.
	Found, Translated, Validated, Planned int
	// References and Unknowns count inputs that come from other resources, and
	// those that are unknown to any plan.
	References, Unknowns int
	Findings             []Finding
	// Resources are those that were translated, by address.
	Resources map[string]terraform.Resource
	// Plan is the preview that was judged.
	Plan offline.Plan
}

// Passed says whether every resource passed every stage without an error.
func (v Verdict) Passed() bool {
	for _, f := range v.Findings {
		if !f.Warning {
			return false
		}
	}
	return v.Found > 0 && v.Found == v.Translated && v.Found == v.Validated && v.Found == v.Planned
}

// Stack judges one stack. adjust may change the preview before it starts.
func (j *Judge) Stack(ctx context.Context, stack preview.StackInput, adjust func(*offline.Job)) (Verdict, error) {
	namer := terraform.NewNamer(j.schema)
	seen, err := observe(ctx, j.planner, stack, namer, adjust)
	if err != nil {
		return Verdict{}, fmt.Errorf("stack %s: %w", stack.Name, err)
	}
	v := Verdict{Stack: stack.Name, Found: len(seen.inputs), Folder: filepath.Join(j.root, stack.Name), Plan: seen.plan}
	converter := terraform.NewConverter(j.schema, namer, j.exceptions)
	err = j.inputs(ctx, &v, stack.Settings.AWS.Region, converter, seen.inputs)
	if err != nil {
		return Verdict{}, fmt.Errorf("stack %s: %w", stack.Name, err)
	}
	return v, nil
}

// inputs has the resources written and judged.
func (j *Judge) inputs(ctx context.Context, v *Verdict, region string, converter *terraform.Converter, inputs []Input) error {
	if err := os.MkdirAll(v.Folder, 0o700); err != nil {
		return err
	}
	if err := writeFrame(v.Folder, region, j.tools); err != nil {
		return err
	}
	l := newLocator(v.Folder, v.Plan)
	for _, input := range inputs {
		r, faults := converter.Convert(input.URN, input.Inputs)
		if len(faults) > 0 {
			v.Findings = append(v.Findings, l.faults(faults)...)
			continue
		}
		if err := writeResource(v.Folder, r); err != nil {
			return err
		}
		l.resources[r.Address] = r
		v.Translated++
		v.References += r.References
		v.Unknowns += r.Unknowns
	}
	v.Resources = l.resources
	if v.Translated < v.Found {
		return nil
	}
	return j.judge(ctx, v, l)
}

// judge has the provider validate, and plan what it found valid.
func (j *Judge) judge(ctx context.Context, v *Verdict, l locator) error {
	t := tofu{tools: j.tools, folder: v.Folder}
	if err := t.prepare(ctx); err != nil {
		return err
	}
	diagnostics, err := t.validate(ctx)
	if err != nil {
		return err
	}
	wrong := v.add(l.findings(StageValidate, diagnostics))
	v.Validated = v.Translated - wrong
	if wrong > 0 || !v.clean() {
		return nil
	}
	if diagnostics, err = t.plan(ctx); err != nil {
		return err
	}
	v.add(l.findings(StagePlan, diagnostics))
	if !v.clean() {
		return nil
	}
	plan, err := t.show(ctx)
	if err != nil {
		return err
	}
	v.Planned = planned(plan, l.resources)
	return nil
}

// add notes findings and returns how many resources have an error.
func (v *Verdict) add(found []Finding) int {
	known := map[string]bool{}
	for _, f := range v.Findings {
		known[f.key()] = true
	}
	wrong := map[string]bool{}
	for _, f := range found {
		if !f.Warning {
			wrong[f.URN] = true
		}
		if !known[f.key()] { // planning validates again
			v.Findings = append(v.Findings, f)
		}
	}
	return len(wrong)
}

func (f Finding) key() string { return f.URN + "\n" + f.Property + "\n" + f.Message }

func (v *Verdict) clean() bool {
	for _, f := range v.Findings {
		if !f.Warning {
			return false
		}
	}
	return true
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

func newLocator(folder string, plan offline.Plan) locator {
	l := locator{folder: folder, resources: map[string]terraform.Resource{}, parents: map[string]string{}, labels: map[string]string{}}
	for _, r := range plan.Resources {
		l.parents[r.URN] = r.Parent
		if r.Type != string(resource.RootStackType) {
			l.labels[r.URN] = r.Type + " " + r.Name
		}
	}
	return l
}

func (l locator) faults(faults []terraform.Fault) []Finding {
	found := make([]Finding, len(faults))
	for i, f := range faults {
		found[i] = Finding{Stage: StageTranslate, URN: f.URN, Component: l.components(f.URN), Property: f.Path, Message: f.Rule}
	}
	return found
}
