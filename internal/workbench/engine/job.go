package engine

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/internal/workbench/engine/fakeprovider"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// Job is one preview.
type Job struct {
	// Project and Stack name the Pulumi project and stack.
	Project string
	Stack   string
	// StackFile is the content of Pulumi.<stack>.yaml. Encrypted values in it
	// become secrets that hold Placeholder, because a plan needs no key.
	StackFile   []byte
	Placeholder string
	// Program is the Pulumi program, run in this process.
	Program pulumi.RunFunc
	// Fakes lists the provider packages to fake.
	Fakes []FakeProvider
	// EKS starts the real EKS component provider when it is not nil.
	EKS *toolset.EKS
	// Goals says that the plan is to tell the order of resources, and the changes that
	// they ignore.
	Goals bool
	// Progress is told after every planned resource with the number so far; may be nil.
	Progress func(planned int)
}

// FakeProvider is one provider package that a fake provider serves.
type FakeProvider struct {
	// Package is the provider's name, for example "aws".
	Package string
	// Version it reports, without a leading "v".
	Version string
	// Lookups are those it answers; every other is refused. They hold for the real
	// plugin too, where it is installed.
	Lookups []fakeprovider.Lookup
	// Only says that the real plugin is not used even where it is installed.
	Only bool
	// Namer names the outputs of its resources; nil leaves them unknown.
	Namer fakeprovider.Namer
}

// Provider says which implementation of a provider took part in a preview.
type Provider struct {
	Package string
	// Real is false for a fake provider.
	Real bool
	// Detail is for the reader: where the real one came from, or its version.
	Detail string
}
