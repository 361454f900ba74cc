// Package metricsserver installs metrics-server, which measures the CPU and
// memory of pods. Without it nothing is scaled, and `kubectl top` is empty. On
// EKS it is a managed add-on of the cluster; this is for other clusters.
//
// It builds one Helm release. The API server checks its certificate, which the
// chart makes itself and keeps. It costs nothing but 0.1 CPU and 200 MiB.
//
//	server, err := metricsserver.New(ctx, "metrics", nil)
package metricsserver
