package settings

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// validateTogether checks what no section can check alone: settings that
// contradict each other.
func (p *Platform) validateTogether(c *checker) {
	p.validateDestruction(c)
	if p.Monitoring.Alerting != (Alerting{}) && !p.Monitoring.Enabled {
		c.add(field.Forbidden(field.NewPath("monitoring", "alerting"), "needs monitoring.enabled: nothing would send alerts"))
	}
	p.validateAddons(c, field.NewPath("addons"))
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
}

// validateNetworkTogether keeps service addresses out of the VPC, and gives
// nodes and whoever deploys a way to the cluster.
func (p *Platform) validateNetworkTogether(c *checker) {
	c.add(p.Cluster.CheckVPC(field.NewPath("cluster"), "network.cidr", p.Network.CIDR)...)
	c.add(p.Cluster.CheckZones(field.NewPath("cluster"), "network.zones", p.Network.Zones)...)
	p.validateWayOut(c, field.NewPath("network"))
	p.validateRoom(c, field.NewPath("network", "cidr"))
	c.add(p.MetadataStore.CheckAuthority(field.NewPath("metadataStore"), p.AWS.Region)...)
	admins, deployer := p.Cluster.AdminPrincipalARNs, p.AWS.DeployRoleARN
	if deployer != "" && len(admins) > 0 && !slices.Contains(admins, deployer) {
		c.add(field.Required(field.NewPath("cluster", "adminPrincipalArns"),
			fmt.Sprintf("must contain aws.deployRoleArn (%s), or the deployment cannot reach its own cluster", deployer)))
	}
}

// validateNodesTogether checks node groups against the rest: the add-ons they
// need, and inference, which must not be switched off.
func (p *Platform) validateNodesTogether(c *checker) {
	addons := field.NewPath("addons")
	for name, group := range p.NodeGroups {
		if !validation.IsSupported(group.Role) {
			continue
		}
		entry := field.NewPath("nodeGroups").Key(name)
		if group.Role == scheduling.RoleGPU && !p.Addons.NVIDIADevicePlugin.Enabled {
			c.add(field.Required(addons.Child("nvidiaDevicePlugin", "enabled"),
				"must be true while there is a group of role gpu, or pods cannot request its GPUs"))
		}
		if group.DesiredSize == 0 && !p.Addons.ClusterAutoscaler.Enabled {
			c.add(field.Invalid(entry.Child("desiredSize"), group.DesiredSize,
				"must be >= 1 while addons.clusterAutoscaler.enabled is false: nothing would start a node"))
		}
		if group.Role == scheduling.RoleCPU && p.Protect && group.Schedule != nil && group.Schedule.Enabled {
			c.add(field.Forbidden(entry.Child("schedule"), "a group of role cpu must stay up while protect is true: inference runs there"))
		}
	}
}
