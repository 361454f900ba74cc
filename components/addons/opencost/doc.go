// Package opencost installs OpenCost, which works out from Prometheus' metrics
// and the prices of the cloud what each pod costs, and publishes it to
// Prometheus.
//
// It builds one Helm release with one pod that may read the cluster's objects
// but not its Secrets, and a ServiceMonitor. It needs the CRDs and the
// Prometheus of the monitoring component. The web interface of the chart is off:
// it has no login.
//
// On AWS it downloads the public price list of the region over HTTPS, which
// needs a way to the internet and no identity: it has none. What would need one
// stays off: the spot data feed, so that spot nodes have OpenCost's own estimate
// of a price, and the cost and usage reports, so that discounts do not show.
//
// It costs 10m CPU and 512 MiB.
//
//	_, err := opencost.New(ctx, "opencost", &opencost.Args{
//		Namespace:     monitoring.Ref().Namespace,
//		PrometheusURL: monitoring.Ref().PrometheusURL,
//		ClusterID:     "mlops-prod",
//		DependsOn:     monitoring.Ready(),
//	})
package opencost
