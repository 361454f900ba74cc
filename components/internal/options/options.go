// Package options makes the resource options that components give their children.
package options

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// Child returns the options of a resource that can be made again.
func Child(parent pulumi.Resource, after ...pulumi.Resource) []pulumi.ResourceOption {
	options := []pulumi.ResourceOption{pulumi.Parent(parent)}
	if len(after) > 0 {
		options = append(options, pulumi.DependsOn(after))
	}
	return options
}

// Keep says how firmly a resource that holds or unlocks data is kept.
type Keep struct {
	// Protect makes Pulumi refuse to delete it.
	Protect bool
	// RetainOnDelete leaves it in the account when it leaves the program.
	RetainOnDelete bool
}

// Stateful returns the options of a resource that holds or unlocks data. An
// option is left out rather than switched off, so that a component protected
// by its caller keeps protecting its children.
func Stateful(parent pulumi.Resource, keep Keep, after ...pulumi.Resource) []pulumi.ResourceOption {
	options := Child(parent, after...)
	if keep.Protect {
		options = append(options, pulumi.Protect(true))
	}
	if keep.RetainOnDelete {
		options = append(options, pulumi.RetainOnDelete(true))
	}
	return options
}
