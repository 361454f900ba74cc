package platform

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/components/logging"
	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/components/network"
	"github.com/mlops-iac/mlops/components/nodegroup"
	"github.com/mlops-iac/mlops/components/objectstore"
	"github.com/mlops-iac/mlops/components/registry"
	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/components/workloadidentity"
	"github.com/mlops-iac/mlops/internal/settings"
)

// KubeconfigKey is the stack output with the kubeconfig of the cluster, a secret.
const KubeconfigKey = "kubeconfig"

// Output describes one stack output that a component of another stack reads.
type Output struct {
	// Key is the name of the stack output.
	Key string
	// Ref is the zero value of the struct whose tags are the keys below.
	Ref any
	// PerName says that there is one Ref for every name.
	PerName bool
	// Only is the substrate that has the output; empty for every one.
	Only settings.Substrate
	// Meaning is a sentence for people.
	Meaning string
}

// Outputs are the stack outputs other stacks build on, in the order in which
// they are made. On substrate aws KubeconfigKey, for people, comes on top.
func Outputs() []Output {
	const aws, everywhere = settings.SubstrateAWS, settings.Substrate("")
	return []Output{
		{network.OutputKey, network.Ref{}, false, aws, "The VPC and its subnets."},
		{cluster.OutputKey, cluster.Ref{}, false, aws, "The EKS cluster."},
		{nodegroup.OutputKey, nodegroup.Ref{}, true, aws, "The node groups, by the name they have under `nodeGroups` of the stack file."},
		{registry.OutputKey, registry.Ref{}, false, aws, "The image repositories."},
		{objectstore.OutputKey, objectstore.Ref{}, false, aws, "The buckets for data and models."},
		{metadatastore.OutputKey, metadatastore.Ref{}, false, aws, "The PostgreSQL database for metadata."},
		{workloadidentity.OutputKey, workloadidentity.Ref{}, false, aws, "The one IAM role all tenants share; session tags keep them apart."},
		{monitoring.OutputKey, monitoring.Ref{}, false, everywhere, "Prometheus, Alertmanager and Grafana; missing where `monitoring.enabled` is false."},
		{logging.OutputKey, logging.Ref{}, false, aws, "The log groups; missing where `logs.enabled` is false."},
		{tenant.OutputKey, tenant.Ref{}, true, everywhere, "The tenants, by name."},
	}
}

// export exports what RefFromStack of each component on AWS reads.
func (s *awsSubstrate) export(ctx *pulumi.Context, kubeconfig pulumi.StringOutput, groups map[string]nodegroup.Ref) {
	ctx.Export(network.OutputKey, s.network.Outputs())
	ctx.Export(cluster.OutputKey, s.control.Outputs())
	ctx.Export(registry.OutputKey, s.stores.images.Outputs())
	ctx.Export(objectstore.OutputKey, s.stores.objects.Outputs())
	ctx.Export(metadatastore.OutputKey, s.stores.metadata.Outputs())
	ctx.Export(workloadidentity.OutputKey, s.stores.tenants.Outputs())
	exports := pulumi.Map{}
	for name, ref := range groups {
		exports[name] = ref.Outputs()
	}
	ctx.Export(nodegroup.OutputKey, exports)
	ctx.Export(KubeconfigKey, pulumi.ToSecret(kubeconfig))
}
