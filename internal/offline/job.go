package offline

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/internal/offline/standin"
	"github.com/mlops-iac/mlops/internal/toolset"
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
	// StandIns lists the provider packages to stand in for.
	StandIns []StandIn
	// EKS starts the real EKS component provider when it is not nil.
	EKS *toolset.EKS
	// Progress is told after every planned resource with the number so far; may be nil.
	Progress func(planned int)
}

// StandIn describes one provider that is stood in for.
type StandIn struct {
	// Package is the provider's name, for example "aws".
	Package string
	// Version it reports, without a leading "v".
	Version string
	// Lookups are those it answers; every other is refused. They hold for the real
	// plugin too, where it is installed.
	Lookups []standin.Lookup
	// Only says that the real plugin is not used even where it is installed.
	Only bool
	// Namer names the outputs of the stand-in's resources; nil leaves them unknown.
	Namer standin.Namer
}

// Provider says which implementation of a provider took part in a preview.
type Provider struct {
	Package string
	// Real is false for a stand-in.
	Real bool
	// Detail is for the reader: where the real one came from, or its version.
	Detail string
}
