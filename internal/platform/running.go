package platform

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/nodegroup"
)

// runningNodes asks AWS for the sizes of the node groups that exist, by their names
// in the stack file. Offline nobody is asked: no group exists then.
func (b *build) runningNodes(ctx *pulumi.Context, provider pulumi.ProviderResource) (map[string]*nodegroup.Sizes, error) {
	if b.options.Offline {
		return nil, nil
	}
	groups := map[string]string{}
	names := make([]string, 0, len(b.settings.NodeGroups))
	for name := range b.settings.NodeGroups {
		component := b.name("nodes", name)
		groups[component] = name
		names = append(names, component)
	}
	found, err := nodegroup.AskSizes(ctx, b.clusterName(), names, pulumi.Provider(provider))
	if err != nil {
		return nil, err
	}
	running := map[string]*nodegroup.Sizes{}
	for component, sizes := range found {
		running[groups[component]] = &sizes
	}
	return running, nil
}
