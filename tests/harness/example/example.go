// Package example runs programs for Example functions of components, which have
// no *testing.T: against mocks, as `pulumi up` would. A program that fails has
// its error printed, which is then not the output that the example wants.
package example

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/tests/harness"
)

// PrintResources prints what a program registers: the type and the name of each
// resource, children below their parents.
func PrintResources(program pulumi.RunFunc, opts ...harness.Option) {
	recorder, err := harness.RunErr(program, opts...)
	if err != nil {
		fmt.Println(err)
		return
	}
	printBelow(harness.Resource{}, recorder.Resources(), "")
}

func printBelow(parent harness.Resource, all []harness.Resource, indent string) {
	for _, r := range all {
		if r.ParentType == parent.Type && r.ParentName == parent.Name {
			fmt.Println(indent + r.Type + " " + r.Name)
			printBelow(r, all, indent+"  ")
		}
	}
}

// PrintOutputs prints what a program returns, as `pulumi stack output` would: a
// line for each value, sorted by key, and none of a secret.
func PrintOutputs(program func(*pulumi.Context) (pulumi.Map, error), opts ...harness.Option) {
	const token = "example:index:Outputs" // a resource that takes the values, so that mocks see them
	recorder, err := harness.RunErr(func(ctx *pulumi.Context) error {
		values, err := program(ctx)
		if err != nil {
			return err
		}
		return ctx.RegisterResource(token, "outputs", values, &pulumi.CustomResourceState{})
	}, opts...)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, outputs := range recorder.OfType(token) {
		for _, key := range slices.Sorted(maps.Keys(outputs.Inputs)) {
			if outputs.IsSecret(string(key)) {
				fmt.Printf("%s: [secret]\n", key)
				continue
			}
			fmt.Printf("%s: %v\n", key, outputs.Prop(string(key)))
		}
	}
}
