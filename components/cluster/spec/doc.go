// Package spec holds a cluster as a stack file describes it: its type, defaults
// and rules. It is plain Go, so that a stack file is refused before anything is
// registered:
//
//	cluster := spec.Cluster{Version: "1.35"}.WithDefaults()
//	errs := cluster.Check(field.NewPath("cluster"), place)
package spec
