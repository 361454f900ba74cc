// Package nvidiadeviceplugin installs NVIDIA's device plugin, which tells
// Kubernetes how many GPUs a node has. Without it no pod can ask for one.
//
// It builds one Helm release: a daemon on every GPU node and on no other, by
// the label and taint of package scheduling. The nodes' AMI brings the driver.
// It costs nothing.
//
//	plugin, err := nvidiadeviceplugin.New(ctx, "gpu", nil)
package nvidiadeviceplugin
