package settings

// Addons are the optional controllers in the cluster.
type Addons struct {
	// ClusterAutoscaler adds and removes nodes as pods need them.
	ClusterAutoscaler Addon `json:"clusterAutoscaler" only:"aws"`
	// LoadBalancerController makes AWS load balancers for Ingresses.
	LoadBalancerController Addon `json:"loadBalancerController" only:"aws"`
	// MetricsServer measures CPU and memory of pods, without which nothing is scaled. EKS brings its own; switch it off
	// where the cluster has one already.
	MetricsServer MetricsServer `json:"metricsServer" only:"kubernetes"`
	// NVIDIADevicePlugin lets pods request GPUs. It runs on nodes with the label `accelerator=nvidia`.
	NVIDIADevicePlugin Addon `json:"nvidiaDevicePlugin"`
	// DCGMExporter exports GPU metrics from the same nodes; needs `monitoring.enabled`.
	DCGMExporter Addon `json:"dcgmExporter"`
	// OpenCost works out what each pod costs, from the public price list of the region, which it downloads; needs
	// `monitoring.enabled`. With it an alert compares what tenants cost with `budget.monthlyUSD` of their definitions.
	OpenCost Addon `json:"openCost" only:"aws"`
}

// Addon is one optional controller.
type Addon struct {
	// Enabled installs it.
	Enabled bool `json:"enabled"`
}

// MetricsServer measures CPU and memory of pods.
type MetricsServer struct {
	// Enabled installs it.
	Enabled bool `json:"enabled"`
	// InsecureKubeletTLS accepts kubelet certificates that no authority of the cluster signed, as those of kind.
	InsecureKubeletTLS bool `json:"insecureKubeletTls"`
}
