package settings

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// validateTogether checks what no section can check alone: settings that
// contradict each other.
func (p *Platform) validateTogether(c *checker) {
	p.validateDestruction(c)
	p.validateAddons(c)
}

// validateDestruction rejects settings that keep data and throw it away at once.
func (p *Platform) validateDestruction(c *checker) {
	throwAway := []struct {
		path *field.Path
		on   bool
	}{
		{field.NewPath("registry", "forceDelete"), p.Registry.ForceDelete},
		{field.NewPath("objectStore", "forceDestroy"), p.ObjectStore.ForceDestroy},
		{field.NewPath("metadataStore", "skipFinalSnapshot"), p.MetadataStore.SkipFinalSnapshot},
	}
	for _, flag := range throwAway {
		if flag.on && p.Protect {
			c.add(field.Forbidden(flag.path, "contradicts protect"))
		}
		if flag.on && p.RetainOnDelete {
			c.add(field.Forbidden(flag.path, "contradicts retainOnDelete"))
		}
	}
	if p.MetadataStore.SkipFinalSnapshot && p.MetadataStore.DeletionProtection {
		c.add(field.Forbidden(field.NewPath("metadataStore", "skipFinalSnapshot"), "contradicts metadataStore.deletionProtection"))
	}
}

func (p *Platform) validateAddons(c *checker) {
	addons := field.NewPath("addons")
	if p.Addons.DCGMExporter.Enabled && !p.Monitoring.Enabled {
		c.add(field.Forbidden(addons.Child("dcgmExporter", "enabled"), "needs monitoring.enabled: nothing would read its metrics"))
	}
	if p.Addons.OpenCost.Enabled && !p.Monitoring.Enabled {
		c.add(field.Forbidden(addons.Child("openCost", "enabled"), "needs monitoring.enabled: it reads the metrics of Prometheus"))
	}
	if p.Monitoring.Alerting != (Alerting{}) && !p.Monitoring.Enabled {
		c.add(field.Forbidden(field.NewPath("monitoring", "alerting"), "needs monitoring.enabled: nothing would send alerts"))
	}
}

// validateNetworkTogether keeps service addresses out of the VPC.
func (p *Platform) validateNetworkTogether(c *checker) {
	if overlap(p.Cluster.ServiceCIDR, p.Network.CIDR) {
		c.add(field.Invalid(field.NewPath("cluster", "serviceCidr"), p.Cluster.ServiceCIDR,
			fmt.Sprintf("must not overlap network.cidr (%s)", p.Network.CIDR)))
	}
}

// validateNodesTogether checks that the add-ons node groups need are there.
func (p *Platform) validateNodesTogether(c *checker) {
	addons := field.NewPath("addons")
	for name, group := range p.NodeGroups {
		if !slices.Contains(group.Role.Values(), string(group.Role)) {
			continue
		}
		if group.Role == RoleGPU && !p.Addons.NVIDIADevicePlugin.Enabled {
			c.add(field.Required(addons.Child("nvidiaDevicePlugin", "enabled"),
				"must be true while there is a group of role gpu, or pods cannot request its GPUs"))
		}
		if group.DesiredSize == 0 && !p.Addons.ClusterAutoscaler.Enabled {
			c.add(field.Invalid(field.NewPath("nodeGroups").Key(name).Child("desiredSize"), group.DesiredSize,
				"must be >= 1 while addons.clusterAutoscaler.enabled is false: nothing would start a node"))
		}
	}
}
