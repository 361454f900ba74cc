// Package dcgmexporter installs NVIDIA's DCGM exporter, which publishes the
// load, memory, temperature and errors of every GPU to Prometheus, labelled
// with the namespace and pod that use it.
//
// It builds one Helm release: a daemon on every GPU node and on no other, by
// the label and taint of package scheduling, and a ServiceMonitor. It needs
// the monitoring component's CRDs and a namespace that admits privileged pods.
// It costs nothing but the series it stores, about 30 per GPU.
//
//	exporter, err := dcgmexporter.New(ctx, "gpu-metrics", &dcgmexporter.Args{
//		Namespace: monitoring.Ref().Namespace,
//		DependsOn: monitoring.Ready(),
//	})
package dcgmexporter
