package rehearsal_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/mlops-iac/mlops/internal/docgen/impact"
	"github.com/mlops-iac/mlops/internal/workbench/preview"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/terraform"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/tofu"
)

// stack is one that is rehearsed.
type stack struct {
	name  string
	input preview.StackInput
	verifyaws.Translation
	tofu.Workspace
}

// open reads a stack of the checkout and makes a workspace without an account for it.
func open(t *testing.T, name string) stack {
	t.Helper()
	return openIn(t, name, t.Name())
}

// openIn is open with another folder than that of the test.
func openIn(t *testing.T, name, folder string) stack {
	t.Helper()
	input, err := preview.ReadStack(checkout, name)
	require.NoError(t, err)
	s := stack{name: name, input: input}
	s.Workspace, err = tofu.Open(t.Context(), tools, filepath.Join(root, folder), input.Settings.AWS.Region, tofu.Account{})
	require.NoError(t, err)
	return s
}

// emulated is the stack in an account of the emulator, with the rights of a role of
// docs/deploying.md and nothing more.
func (s stack) emulated(t *testing.T, role string) stack {
	t.Helper()
	aws := s.input.Settings.AWS
	var err error
	s.Workspace, err = s.As(granted(t, aws.Region, aws.AccountID, role+"-"+filepath.Base(t.Name()), policyOf(t, role)))
	require.NoError(t, err)
	return s
}

func (s stack) inventory(t *testing.T) map[string][]string {
	t.Helper()
	return inventory(t, s.input.Settings.AWS.Region, s.input.Settings.AWS.AccountID)
}

// with is what the stack is read from, with another stack file.
func (s stack) with(t *testing.T, file []byte) preview.StackInput {
	t.Helper()
	input, err := preview.ParseStack(s.name, file, nil)
	require.NoError(t, err)
	return input
}

// translate writes the stack in the words of Terraform.
func (s *stack) translate(t *testing.T, input preview.StackInput) {
	t.Helper()
	translation, err := verifier.Translate(t.Context(), input, nil)
	require.NoError(t, err)
	require.Empty(t, translation.Findings)
	s.Translation = translation
}

// edit translates the stack with other values.
func (s *stack) edit(t *testing.T, set map[string]any) {
	t.Helper()
	s.translate(t, s.with(t, apply(t, impact.Change{Set: set}, s.input.File)))
}

// deploy applies the stack with other values.
func (s *stack) deploy(t *testing.T, set map[string]any) {
	t.Helper()
	s.edit(t, set)
	require.NoError(t, s.Write(s.carried(t)))
	found, err := s.Apply(t.Context())
	fine(t, found, err)
}

// carried are the resources that the emulator carries.
func (s stack) carried(t *testing.T) map[string]terraform.Resource {
	t.Helper()
	return without(s.Resources, notCarried(t))
}

// without leaves resources out, and the order that they are part of.
func without(resources map[string]terraform.Resource, gaps []gap) map[string]terraform.Resource {
	left := maps.Clone(resources)
	maps.DeleteFunc(left, func(_ string, r terraform.Resource) bool {
		return slices.ContainsFunc(gaps, func(g gap) bool { return g.has(r) })
	})
	for address, r := range left {
		r.DependsOn = slices.DeleteFunc(slices.Clone(r.DependsOn), func(on string) bool {
			_, there := left[on]
			return !there
		})
		left[address] = r
	}
	return left
}

// gap is what the emulator does not carry, and who has it instead.
type gap struct {
	// Type of the resources, and the end of their names; empty for all of the type.
	Type   string `json:"type"`
	Suffix string `json:"suffix"`
	Reason string `json:"reason"`
	Judge  string `json:"judge"`
}

func (g gap) has(r terraform.Resource) bool {
	return g.Type == r.Type && strings.HasSuffix(r.Name, g.Suffix)
}

// count is how many of the resources it is about.
func (g gap) count(resources map[string]terraform.Resource) int {
	n := 0
	for _, r := range resources {
		if g.has(r) {
			n++
		}
	}
	return n
}

func notCarried(t *testing.T) []gap {
	t.Helper()
	return read[[]gap](t, "notcarried.yaml")
}

// misread are the attributes that the emulator answers with another value than it was
// given, each with what it answers.
func misread(t *testing.T) map[string]string {
	t.Helper()
	return read[map[string]string](t, "misread.yaml")
}

func read[T any](t *testing.T, file string) T {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var into T
	require.NoError(t, yaml.UnmarshalStrict(text, &into), file)
	return into
}

// place is the file of a diagnostic, which has the address of its resource as name.
func place(d tofu.Diagnostic) string {
	if d.Range == nil {
		return ""
	}
	return d.Range.Filename
}

// errorsOf are the errors among what OpenTofu and the provider said.
func errorsOf(found []tofu.Diagnostic) []string {
	var errs []string
	for _, d := range found {
		if d.Severity == "error" {
			errs = append(errs, fmt.Sprintf("%s: %s: %s", cmp.Or(d.Address, place(d)), d.Summary, d.Detail))
		}
	}
	return errs
}

// fine fails with them.
func fine(t *testing.T, found []tofu.Diagnostic, err error) {
	t.Helper()
	require.NoError(t, err)
	require.Empty(t, errorsOf(found))
}
