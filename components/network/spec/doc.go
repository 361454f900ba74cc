// Package spec holds a network as a stack file describes it: its types, defaults
// and rules, and how its range is divided into subnets. It is plain Go, so that
// a stack file is refused before anything is registered:
//
//	network := spec.Network{CIDR: "10.20.0.0/18"}.WithDefaults("eu-west-1")
//	errs := network.Check(field.NewPath("network"), "eu-west-1")
//	layout, err := spec.Plan(network.CIDR, len(network.Zones))
package spec
