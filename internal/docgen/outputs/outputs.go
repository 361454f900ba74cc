// Package outputs writes docs/outputs.md: every stack output with its keys,
// types and meanings. Keys and types come from the Ref structs of the
// components, meanings from their doc comments.
package outputs

import (
	"fmt"
	"path"
	"reflect"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/internal/docgen/comments"
	"github.com/mlops-iac/mlops/internal/platform"
)

const preface = `# Stack outputs

<!-- Generated from the Ref structs of the components by make docs. Do not edit. -->

What a stack of the platform exports, and other stacks may build on. A key here does not change its name or its meaning;
it is only ever added to. Read an output with the RefFromStack of its component, which returns the same struct that the
component returns in the platform's own program:

` + "```go" + `
platform, err := pulumi.NewStackReference(ctx, "organization/mlops/prod", nil)
vpc, err := network.RefFromStack(platform)
gpu, err := nodegroup.RefFromStack(platform, "gpu")
` + "```" + `

A key that the other stack does not export is an error that names output and key, when the value is used. No output but
` + "`kubeconfig`" + ` is a secret.

## ` + "`kubeconfig`" + `

A secret string, for people and tools: ` + "`pulumi stack output kubeconfig --show-secrets`" + `. It holds no credential; a client
gets a token with the AWS credentials it has. Only on substrate ` + "`aws`" + `: an existing cluster has its own.
`

// Render returns the page of the outputs.
func Render(source *comments.Source) (string, error) {
	var text strings.Builder
	text.WriteString(preface)
	var missing []string
	for _, output := range platform.Outputs() {
		of := reflect.TypeOf(output.Ref)
		component := path.Base(of.PkgPath())
		title, call := "`"+output.Key+"`", component+".RefFromStack(stack)"
		if output.PerName {
			title, call = "`"+output.Key+".<name>`", component+".RefFromStack(stack, name)"
		}
		about := output.Meaning
		if output.Only != "" {
			about += " Only on substrate `" + string(output.Only) + "`."
		}
		fmt.Fprintf(&text, "\n## %s\n\n%s Read it with `%s`.\n\n| Key | Type | Meaning |\n| --- | --- | --- |\n", title, about, call)
		for i := range of.NumField() {
			field := of.Field(i)
			meaning, err := source.Field(of, field.Name)
			if err != nil {
				return "", err
			}
			kind := kindOf(field.Type)
			if kind == "" || meaning == "" {
				missing = append(missing, component+".Ref."+field.Name)
			}
			fmt.Fprintf(&text, "| `%s` | %s | %s |\n", field.Tag.Get("pulumi"), kind, meaning)
		}
	}
	if len(missing) > 0 {
		return "", fmt.Errorf("without a doc comment, or of a type that cannot cross stacks: %s", strings.Join(missing, ", "))
	}
	return text.String(), nil
}

// kindOf names what a field holds, "" for what cannot cross stacks.
func kindOf(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[pulumi.StringOutput]():
		return "string"
	case reflect.TypeFor[pulumi.IntOutput]():
		return "integer"
	case reflect.TypeFor[pulumi.StringArrayOutput]():
		return "list of strings"
	case reflect.TypeFor[pulumi.StringMapOutput]():
		return "map of strings"
	default:
		return ""
	}
}
