package settings

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	externaldnsspec "github.com/mlops-iac/mlops/components/addons/externaldns/spec"
	loadbalancerspec "github.com/mlops-iac/mlops/components/addons/loadbalancercontroller/spec"
)

// Addons are the optional controllers in the cluster.
type Addons struct {
	// ClusterAutoscaler adds and removes nodes as pods need them.
	ClusterAutoscaler Addon `json:"clusterAutoscaler" only:"aws"`
	// LoadBalancerController makes AWS load balancers for Ingresses.
	LoadBalancerController LoadBalancerController `json:"loadBalancerController" only:"aws"`
	// ExternalDNS writes the hosts of tenants into hosted zones; needs `addons.loadBalancerController.enabled`.
	ExternalDNS ExternalDNS `json:"externalDns" only:"aws"`
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

// LoadBalancerController makes AWS load balancers for Ingresses.
type LoadBalancerController struct {
	// Enabled installs it.
	Enabled bool `json:"enabled"`
	loadbalancerspec.LoadBalancers
}

// ExternalDNS writes the hosts of tenants into hosted zones.
type ExternalDNS struct {
	// Enabled installs it.
	Enabled bool `json:"enabled"`
	externaldnsspec.ExternalDNS
}

// MetricsServer measures CPU and memory of pods.
type MetricsServer struct {
	// Enabled installs it.
	Enabled bool `json:"enabled"`
	// InsecureKubeletTLS accepts kubelet certificates that no authority of the cluster signed, as those of kind.
	InsecureKubeletTLS bool `json:"insecureKubeletTls"`
}

// dependency is what a key below addons is of no use without.
type dependency struct {
	// key is on while on is true; it needs needed, which is on while met is true.
	key    string
	on     bool
	needed string
	met    bool
	// reason says what would be missing.
	reason string
}

// dependencies of the add-ons on each other and on the rest of the stack.
func (p *Platform) dependencies() []dependency {
	a, monitoring := p.Addons, p.Monitoring.Enabled
	return []dependency{
		{"dcgmExporter.enabled", a.DCGMExporter.Enabled, "monitoring.enabled", monitoring, ": nothing would read its metrics"},
		{"openCost.enabled", a.OpenCost.Enabled, "monitoring.enabled", monitoring, ": it reads the metrics of Prometheus"},
		{
			"externalDns.enabled", a.ExternalDNS.Enabled, "addons.loadBalancerController.enabled", a.LoadBalancerController.Enabled,
			": no Ingress would have an address",
		},
		{
			"loadBalancerController.internetFacing", a.LoadBalancerController.InternetFacing, "addons.loadBalancerController.enabled",
			a.LoadBalancerController.Enabled, "",
		},
		{
			"loadBalancerController.allowedCidrs", len(a.LoadBalancerController.AllowedCIDRs) > 0, "addons.loadBalancerController.enabled",
			a.LoadBalancerController.Enabled, "",
		},
		{"metricsServer.insecureKubeletTls", a.MetricsServer.InsecureKubeletTLS, "addons.metricsServer.enabled", a.MetricsServer.Enabled, ""},
	}
}

// validateAddons checks the add-ons and what they depend on.
func (p *Platform) validateAddons(c *checker, at *field.Path) {
	for _, d := range p.dependencies() {
		if d.on && !d.met {
			c.add(field.Forbidden(at.Child(d.key), "needs "+d.needed+d.reason))
		}
	}
	c.add(p.Addons.LoadBalancerController.Check(at.Child("loadBalancerController"))...)
	if p.Addons.ExternalDNS.Enabled {
		c.add(p.Addons.ExternalDNS.Check(at.Child("externalDns"))...)
	}
}
