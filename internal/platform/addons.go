package platform

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/monitoring"
)

// controllers are the add-ons in the cluster that others wait for.
type controllers struct {
	// ingress is the controller that publishes tenants; empty where the stack
	// installs none.
	ingress []pulumi.Resource
}

// site is where an add-on is installed.
type site struct {
	Cluster
	// metrics is nil without monitoring.
	metrics *monitoring.Monitoring
	// first must exist before the pods of the add-on.
	first []pulumi.Resource
	// options are those of its component.
	options []pulumi.ResourceOption
}

// installed is an add-on in the cluster.
type installed interface{ Ready() []pulumi.Resource }

// newAddons installs what the stack file switches on of the catalogue. metrics
// is nil without monitoring.
func (b *build) newAddons(ctx *pulumi.Context, s Substrate, metrics *monitoring.Monitoring) (controllers, error) {
	var made controllers
	for _, a := range catalogue() {
		if !a.enabled(b.settings.Addons) {
			continue
		}
		at, err := b.siteOf(ctx, a, s, metrics)
		if err != nil {
			return made, err
		}
		addon, err := a.install(b, ctx, at)
		if err != nil {
			return made, err
		}
		if a.ingress {
			made.ingress = slices.Concat(made.ingress, addon.Ready())
		}
	}
	return made, nil
}

// siteOf makes what an add-on waits for.
func (b *build) siteOf(ctx *pulumi.Context, a addon, s Substrate, metrics *monitoring.Monitoring) (site, error) {
	at := site{Cluster: s.Cluster(), metrics: metrics}
	if a.account != nil {
		identity, err := s.PodIdentity(ctx, a.account(b, at.Cluster))
		if err != nil {
			return site{}, err
		}
		at.first = identity
	}
	if a.afterMetrics {
		at.first = slices.Concat(at.first, metrics.Ready())
	}
	at.options = at.Cluster.options(at.first...)
	if a.ingress {
		at.options = at.drainedOptions(at.first...)
	}
	return at, nil
}
