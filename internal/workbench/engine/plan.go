package engine

import (
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/mlops-iac/mlops/internal/workbench/engine/fakeprovider"
)

// Resource is one resource of a plan, as the engine reported it.
type Resource struct {
	URN      string
	Type     string
	Name     string
	Parent   string
	Custom   bool
	Protect  bool
	Provider string
	// Inputs after transforms; unknown values are the engine's unknown
	// sentinel and secrets are masked.
	Inputs map[string]any
	// Op is the operation of the engine, for example "create".
	Op string
	// Dependencies are the URNs of the resources that must be there first, and
	// IgnoreChanges the paths of inputs whose changes the program does not want; only
	// those of a job with Goals.
	Dependencies, IgnoreChanges []string
	// Retained says that a destroy forgets it and leaves it where it is.
	Retained bool
}

// Plan is the outcome of a preview.
type Plan struct {
	Stack string
	// Aliases maps texts that belong to this stack alone, such as the prefix of its
	// names and its account, to what stands for them in a comparison.
	Aliases   map[string]string
	Resources []Resource
	Providers []Provider
	// Lookups are the questions asked of the providers, answered or refused, and how often.
	Lookups []fakeprovider.Asked
	// Diagnostics are the engine's warnings and errors, in order.
	Diagnostics []Diagnostic
	// Outputs are the stack outputs; unknown values as the unknown sentinel.
	Outputs map[string]any
	// Received are the resources as the fake providers got them: inputs after
	// transforms, not masked.
	Received []fakeprovider.Planned `json:"-"`
}

// Diagnostic is one message of the engine or of a provider.
type Diagnostic struct {
	Severity string
	URN      string
	Message  string
}

// collector builds a Plan from engine events.
type collector struct {
	plan     Plan
	seen     map[string]int
	progress func(int)
}

func (c *collector) add(event apitype.EngineEvent) {
	switch {
	case event.ResourcePreEvent != nil:
		c.addStep(event.ResourcePreEvent.Metadata)
	case event.ResOutputsEvent != nil:
		c.addOutputs(event.ResOutputsEvent.Metadata)
	case event.DiagnosticEvent != nil:
		c.addDiagnostic(*event.DiagnosticEvent)
	}
}

func (c *collector) addStep(step apitype.StepEventMetadata) {
	state := step.New
	if state == nil {
		state = step.Old // a deletion has no new state
	}
	if state == nil {
		return
	}
	urn := resource.URN(step.URN)
	planned := Resource{
		URN: step.URN, Type: step.Type, Name: urn.Name(), Parent: state.Parent, Custom: state.Custom,
		Protect: state.Protect, Retained: state.RetainOnDelete, Provider: state.Provider, Inputs: state.Inputs, Op: string(step.Op),
	}
	if index, again := c.seen[step.URN]; again {
		c.plan.Resources[index] = planned
		return
	}
	c.seen[step.URN] = len(c.plan.Resources)
	c.plan.Resources = append(c.plan.Resources, planned)
	if c.progress != nil {
		c.progress(len(c.plan.Resources))
	}
}

func (c *collector) addOutputs(step apitype.StepEventMetadata) {
	if step.Type == string(resource.RootStackType) && step.New != nil {
		c.plan.Outputs = maps.Clone(step.New.Outputs)
	}
}

func (c *collector) addDiagnostic(event apitype.DiagnosticEvent) {
	if event.Ephemeral || (event.Severity != "warning" && event.Severity != "error") {
		return
	}
	message := strings.TrimSpace(stripColors(event.Message))
	c.plan.Diagnostics = append(c.plan.Diagnostics, Diagnostic{Severity: event.Severity, URN: event.URN, Message: message})
}

// stripColors drops the engine's <{%...%}> colour marks.
func stripColors(text string) string {
	var plain strings.Builder
	for {
		before, rest, found := strings.Cut(text, "<{%")
		plain.WriteString(before)
		if !found {
			return plain.String()
		}
		_, text, _ = strings.Cut(rest, "%}>")
	}
}

// Errors returns the messages of severity error.
func (p Plan) Errors() []Diagnostic {
	return slices.DeleteFunc(slices.Clone(p.Diagnostics), func(d Diagnostic) bool { return d.Severity != "error" })
}
