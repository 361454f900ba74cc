// Package spec holds node groups as a stack file describes them: their types,
// the defaults of each role and every rule. It is plain Go, so that a stack file
// is refused before anything is registered:
//
//	group := spec.NodeGroup{Role: scheduling.RoleGPU}.WithDefaults(zones)
//	errs := group.Check(field.NewPath("nodeGroups").Key("gpu"), zones)
package spec
