package cluster

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/cluster/spec"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/tags"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// AddonsToken is the type token of Addons.
const AddonsToken = "mlops:index:ClusterAddons"

// AddonsArgs configures Addons.
type AddonsArgs struct {
	// Cluster is the cluster the add-ons go to; Name and ARN are required.
	Cluster Ref `pulumi:"cluster"`

	// Partition is the AWS partition: "aws" (default), "aws-cn" or "aws-us-gov".
	Partition string `pulumi:"partition"`
	// AddonVersions pins add-ons as that of Args does; NewAddons installs
	// StageTwoAddons and leaves the others alone.
	AddonVersions map[string]string `pulumi:"addonVersions"`
	// NodeSelector picks the nodes for the controllers of the add-ons. Default
	// the nodes of role system.
	NodeSelector map[string]string `pulumi:"nodeSelector"`
	// Tags go on every taggable resource.
	Tags map[string]string `pulumi:"tags"`
}

// Addons are the EKS add-ons that need nodes to become healthy: DNS, the EBS
// volume driver and the metrics server.
type Addons struct {
	pulumi.ResourceState

	addons []pulumi.Resource
}

// Ready returns what must exist before anything else in the cluster can rely on
// DNS, volumes and metrics; see Cluster.Ready.
func (a *Addons) Ready() []pulumi.Resource { return slices.Clone(a.addons) }

// NewAddons makes Addons. It must depend on what is Ready of a node group whose
// nodes NodeSelector picks: EKS calls coredns degraded, and waits, until it runs.
// It returns an error that lists every error of args.
func NewAddons(ctx *pulumi.Context, name string, args *AddonsArgs, opts ...pulumi.ResourceOption) (*Addons, error) {
	in := args.withDefaults()
	if err := in.validate(name); err != nil {
		return nil, fmt.Errorf("cluster add-ons %q: %w", name, err)
	}
	a := &Addons{}
	inputs := pulumi.Map{"clusterName": in.Cluster.Name, "addonVersions": pulumi.ToStringMap(in.AddonVersions)}
	if err := ctx.RegisterComponentResourceV2(AddonsToken, name, inputs, a, opts...); err != nil {
		return nil, err
	}
	if err := a.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("cluster add-ons %q: %w", name, err)
	}
	return a, ctx.RegisterResourceOutputs(a, pulumi.Map{})
}

func (a *AddonsArgs) withDefaults() *AddonsArgs {
	in := &AddonsArgs{}
	if a != nil {
		*in = *a
	}
	in.Partition = cmp.Or(in.Partition, awsenv.Commercial)
	if in.NodeSelector == nil {
		in.NodeSelector = scheduling.Labels(scheduling.RoleSystem)
	}
	return in
}

func (a *AddonsArgs) validate(name string) error {
	list := checkName(name, maxAddonsName)
	list = append(list, tags.Check(field.NewPath("tags"), a.Tags)...)
	if a.Cluster.Name.OutputState == nil || a.Cluster.ARN.OutputState == nil {
		list = append(list, field.Required(field.NewPath("cluster"), "the Ref of the cluster the add-ons go to"))
	}
	list = append(list, awsenv.CheckPartition(field.NewPath("partition"), a.Partition, "")...)
	list = append(list, spec.CheckAddonVersions(field.NewPath("addonVersions"), a.AddonVersions)...)
	return validation.ToError("", list)
}

func (a *Addons) create(ctx *pulumi.Context, name string, in *AddonsArgs) error {
	i := installer{
		parent: a, name: name, cluster: in.Cluster, partition: in.Partition, versions: in.AddonVersions, tags: in.Tags,
	}
	placed := map[string]any{"nodeSelector": in.NodeSelector}
	for _, each := range []addon{
		{name: spec.CoreDNS, config: placed},
		{
			name:           spec.EBSCSIDriver,
			config:         driverConfig(placed, i.tags),
			serviceAccount: "ebs-csi-controller-sa",
			policy:         "service-role/AmazonEBSCSIDriverPolicy",
		},
		{name: spec.MetricsServer, config: placed},
	} {
		made, err := i.install(ctx, each)
		if err != nil {
			return err
		}
		a.addons = append(a.addons, made)
	}
	return nil
}

// driverConfig puts the tags of the cluster on the volumes the driver makes,
// which Pulumi never sees and the bill would not know.
//
// The driver reads them from one flag, key=value,key=value, so a tag with one of
// its two marks in the value would break all of them and is left out.
func driverConfig(placed map[string]any, own map[string]string) map[string]any {
	controller, plain := maps.Clone(placed), maps.Clone(own)
	maps.DeleteFunc(plain, func(_, value string) bool { return strings.ContainsAny(value, "=,") })
	if len(plain) > 0 {
		controller["extraVolumeTags"] = plain
	}
	return map[string]any{"controller": controller}
}
