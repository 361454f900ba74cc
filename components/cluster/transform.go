package cluster

import (
	"context"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/cluster/spec"
	"github.com/mlops-iac/mlops/components/internal/tagmap"
)

// ControlPlaneType is the only resource type ControlPlane.Transform changes.
const ControlPlaneType = "aws:eks/cluster:Cluster"

// ControlPlane holds the settings that pulumi-eks v2 cannot express on the EKS cluster it
// makes. New applies it with an engine transform on that component.
type ControlPlane struct {
	// Name is the EKS name of the cluster; it becomes the "Name" tag.
	Name string
	// UpgradePolicy decides what EKS does at the end of standard support.
	UpgradePolicy spec.UpgradePolicy
	// Tags go on the cluster.
	Tags map[string]string
	// Protect stops Pulumi from deleting the cluster. The provider this module
	// uses predates EKS's own deletion protection.
	Protect bool
}

// Inputs returns a copy of the EKS cluster's inputs with what is missing:
//   - upgradePolicy: what EKS does at the end of standard support;
//   - zonalShiftConfig: AWS may move traffic away from an impaired zone;
//   - bootstrapSelfManagedAddons off: the add-ons are EKS add-ons from the start;
//   - accessConfig: who creates the cluster gets no access by that, because an
//     unlisted administrator is invisible, and an access entry for the same
//     principal would fail;
//   - tags.
func (c ControlPlane) Inputs(props pulumi.Map) pulumi.Map {
	changed := make(pulumi.Map, len(props))
	maps.Copy(changed, props)
	changed["upgradePolicy"] = pulumi.Map{"supportType": pulumi.String(c.UpgradePolicy)}
	changed["zonalShiftConfig"] = pulumi.Map{"enabled": pulumi.Bool(true)}
	changed["bootstrapSelfManagedAddons"] = pulumi.Bool(false)
	changed["accessConfig"] = pulumi.Map{
		"authenticationMode":                      pulumi.String("API"),
		"bootstrapClusterCreatorAdminPermissions": pulumi.Bool(false),
	}
	changed["tags"] = tagmap.Named(c.Tags, c.Name)
	return changed
}

// IgnoreChanges returns ignored with the inputs EKS reads only once and never
// reports back: after a refresh or an import they look changed, and a change
// would replace the cluster.
func (c ControlPlane) IgnoreChanges(ignored []string) []string {
	all := append(slices.Clone(ignored), "accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons")
	slices.Sort(all)
	return slices.Compact(all)
}

// Transform is the pulumi.ResourceTransform that applies Inputs, IgnoreChanges
// and Protect to the EKS cluster and leaves every other resource alone.
func (c ControlPlane) Transform(
	_ context.Context, args *pulumi.ResourceTransformArgs,
) *pulumi.ResourceTransformResult {
	if args.Type != ControlPlaneType {
		return nil
	}
	opts := args.Opts
	opts.IgnoreChanges = c.IgnoreChanges(opts.IgnoreChanges)
	opts.Protect = opts.Protect || c.Protect
	return &pulumi.ResourceTransformResult{Props: c.Inputs(args.Props), Opts: opts}
}
