package workloadidentity

import (
	"cmp"
	"maps"
	"slices"
)

const (
	// DefaultMaxSessionDuration is IAM's own default of one hour, in seconds;
	// agents and SDKs renew long before.
	DefaultMaxSessionDuration = 3600

	minSessionDuration = 3600
	maxSessionDuration = 43200
)

func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.Mode = cmp.Or(in.Mode, ModePodIdentity)
	in.MaxSessionDuration = cmp.Or(in.MaxSessionDuration, DefaultMaxSessionDuration)
	in.Statements = slices.Clone(in.Statements)
	in.ManagedPolicyARNs = slices.Clone(in.ManagedPolicyARNs)
	in.Tags = maps.Clone(in.Tags)
	return &in
}
