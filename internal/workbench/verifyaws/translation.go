package verifyaws

import (
	"context"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/preview"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/terraform"
)

// Translation is a stack in the words of Terraform.
type Translation struct {
	Stack, Region string
	// Plan is the preview it was made from.
	Plan engine.Plan
	// Inputs are the AWS resources of the stack.
	Inputs []Input
	// Resources are those that could be translated, by address.
	Resources map[string]terraform.Resource
	// Findings say what could not, and later what the provider said.
	Findings []Finding

	converter *terraform.Converter
}

// Translate plans a stack and writes its AWS resources in the words of
// Terraform. adjust may change the preview before it starts; nil changes nothing.
func Translate(ctx context.Context, planner *preview.Planner, schema *terraform.Schema, exceptions *terraform.Exceptions,
	stack preview.StackInput, adjust func(*engine.Job),
) (Translation, error) {
	namer := terraform.NewNamer(schema)
	seen, err := observe(ctx, planner, stack, namer, adjust)
	if err != nil {
		return Translation{}, fmt.Errorf("stack %s: %w", stack.Name, err)
	}
	t := Translation{
		Stack: stack.Name, Region: stack.Settings.AWS.Region, Plan: seen.plan, Inputs: seen.inputs,
		Resources: map[string]terraform.Resource{}, converter: terraform.NewConverter(schema, namer, exceptions),
	}
	l := t.locator("")
	for _, input := range t.Inputs {
		r, errs := t.converter.Convert(input.URN, input.Inputs)
		if len(errs) > 0 {
			t.Findings = append(t.Findings, l.inputErrors(errs)...)
			continue
		}
		t.Resources[r.Address] = r
	}
	t.order()
	return t, nil
}

// Cluster are the Kubernetes resources of the stack, with secrets masked.
func (t Translation) Cluster() []Input {
	var found []Input
	for _, r := range t.Plan.Resources {
		if strings.HasPrefix(r.Type, kubernetesPackage+":") {
			found = append(found, Input{URN: r.URN, Inputs: r.Inputs})
		}
	}
	return found
}

// References counts the inputs that come from other resources, and those that no
// plan knows.
func (t Translation) References() (known, unknown int) {
	for _, r := range t.Resources {
		known += r.References
		unknown += r.Unknowns
	}
	return known, unknown
}

// Label is the resource at an address as "type name" of Pulumi; empty when there
// is none.
func (t Translation) Label(address string) string {
	r, known := t.Resources[address]
	if !known {
		return ""
	}
	urn := resource.URN(r.URN)
	return string(urn.Type()) + " " + urn.Name()
}

// clean says that there is no finding but warnings.
func (t Translation) clean() bool {
	for _, f := range t.Findings {
		if !f.Warning {
			return false
		}
	}
	return true
}

// add notes new findings and returns how many resources have an error among
// those given. Planning validates again, so some come twice.
func (t *Translation) add(found []Finding) int {
	known := map[string]bool{}
	for _, f := range t.Findings {
		known[f.key()] = true
	}
	wrong := map[string]bool{}
	for _, f := range found {
		if !f.Warning {
			wrong[f.URN] = true
		}
		if !known[f.key()] {
			t.Findings = append(t.Findings, f)
		}
	}
	return len(wrong)
}

// locator leads from what is written in a folder back to the program.
func (t Translation) locator(folder string) locator {
	l := locator{folder: folder, resources: t.Resources, parents: map[string]string{}, labels: map[string]string{}}
	for _, r := range t.Plan.Resources {
		l.parents[r.URN] = r.Parent
		if r.Type != string(resource.RootStackType) {
			l.labels[r.URN] = r.Type + " " + r.Name
		}
	}
	return l
}
