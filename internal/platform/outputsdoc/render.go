package main

import (
	"fmt"
	"path"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/internal/comments"
	"github.com/mlops-iac/mlops/internal/platform"
)

const preface = `# Stack outputs

<!-- Generated from the Ref structs of the components by go generate ./internal/platform. Do not edit. -->

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

// render returns the documentation of the outputs; root is the module's folder.
func render(root string) (string, error) {
	var text strings.Builder
	text.WriteString(preface)
	var missing []string
	for _, output := range platform.Outputs() {
		of := reflect.TypeOf(output.Ref)
		component := path.Base(of.PkgPath())
		found, err := comments.Read(filepath.Join(root, "components", component))
		if err != nil {
			return "", err
		}
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
			kind, meaning := kindOf(field.Type), found["Ref."+field.Name]
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
