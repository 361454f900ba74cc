// Package local deploys the platform onto a control plane of its own, on
// this machine and without containers: what `mlops up`, `status` and `down`
// do with --embedded.
//
// The control plane (package controlplane) is owned by a supervisor, a process
// of its own that outlives `up`, so that kubectl and `status` work until `down`
// or until its time is over. Everything, the engine's state included, is in one
// folder, which goes with it.
package local
