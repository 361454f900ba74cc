// Package loki installs Loki as one pod with one volume, for clusters without a
// cloud that keeps logs: for trials and small clusters, because it neither scales
// nor survives its volume.
//
// It builds a namespace with network policies, one Helm release, and where there
// is a Grafana a data source for it. It costs 200 millicores, 512 MiB and the
// volume.
//
//	store, err := loki.New(ctx, "logs", &loki.Args{
//		Loki: spec.Loki{RetentionDays: 14, StorageGiB: 20}, ClientNamespace: "logging",
//	})
package loki
