package cluster

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/cluster/spec"
	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/internal/tagmap"
)

// StageOneAddons are those New installs, because nodes need them to become
// ready. They run on every node and are healthy while there is none.
func StageOneAddons() []string { return []string{spec.PodIdentityAgent, spec.KubeProxy, spec.VPCCNI} }

// StageTwoAddons are those NewAddons installs, because they need nodes to
// become healthy.
func StageTwoAddons() []string { return []string{spec.CoreDNS, spec.EBSCSIDriver, spec.MetricsServer} }

// addonNamespace is where EKS installs every one of them.
const addonNamespace = "kube-system"

// installer makes the add-ons of one cluster under one parent.
type installer struct {
	parent    pulumi.Resource
	name      string
	cluster   Ref
	partition string
	versions  map[string]string
	tags      map[string]string
}

// addon is one EKS add-on.
type addon struct {
	name string
	// config becomes the add-on's configuration values; nil for its defaults.
	config map[string]any
	// serviceAccount and policy give the add-on an IAM role of its own through
	// Pod Identity; both empty for an add-on that calls no AWS API.
	serviceAccount, policy string
	dependsOn              []pulumi.Resource
}

func (i installer) install(ctx *pulumi.Context, a addon) (*eks.Addon, error) {
	args := &eks.AddonArgs{
		ClusterName: i.cluster.Name,
		AddonName:   pulumi.String(a.name),
		// The first install takes over what is there; later the cluster's own
		// changes, an autoscaler's for example, stay.
		ResolveConflictsOnCreate: pulumi.String("OVERWRITE"),
		ResolveConflictsOnUpdate: pulumi.String("PRESERVE"),
		Tags:                     tagmap.Plain(i.tags),
	}
	if version, pinned := i.versions[a.name]; pinned {
		args.AddonVersion = pulumi.String(version)
	}
	if a.config != nil {
		text, err := json.Marshal(a.config)
		if err != nil {
			return nil, fmt.Errorf("add-on %s: rendering configuration: %w", a.name, err)
		}
		args.ConfigurationValues = pulumi.String(text)
	}
	dependsOn := a.dependsOn
	if a.serviceAccount != "" {
		role, attachment, err := i.newRole(ctx, a)
		if err != nil {
			return nil, fmt.Errorf("add-on %s: creating role: %w", a.name, err)
		}
		args.PodIdentityAssociations = eks.AddonPodIdentityAssociationArray{&eks.AddonPodIdentityAssociationArgs{
			RoleArn: role.Arn, ServiceAccount: pulumi.String(a.serviceAccount),
		}}
		// A role without its policy would let the add-on start and fail.
		dependsOn = append(dependsOn[:len(dependsOn):len(dependsOn)], attachment)
	}
	made, err := eks.NewAddon(ctx, i.name+"-"+a.name, args, pulumi.Parent(i.parent), pulumi.DependsOn(dependsOn))
	if err != nil {
		return nil, fmt.Errorf("add-on %s: %w", a.name, err)
	}
	return made, nil
}

// newRole trusts Pod Identity for the one service account of the one cluster.
func (i installer) newRole(ctx *pulumi.Context, a addon) (*iam.Role, *iam.RolePolicyAttachment, error) {
	role, err := iam.NewRole(ctx, i.name+"-"+a.name+"-role", &iam.RoleArgs{
		Description: pulumi.String("EKS add-on " + a.name),
		AssumeRolePolicy: iampolicy.Document(iampolicy.Statement{
			Principals: iampolicy.Principals{iampolicy.Service: iampolicy.Strings("pods.eks.amazonaws.com")},
			Actions:    []string{"sts:AssumeRole", "sts:TagSession"},
			Conditions: iampolicy.Conditions{"StringEquals": {
				"aws:RequestTag/eks-cluster-arn":            {i.cluster.ARN},
				"aws:RequestTag/kubernetes-namespace":       iampolicy.Strings(addonNamespace),
				"aws:RequestTag/kubernetes-service-account": iampolicy.Strings(a.serviceAccount),
			}},
		}),
		Tags: tagmap.Plain(i.tags),
	}, pulumi.Parent(i.parent))
	if err != nil {
		return nil, nil, err
	}
	name := strings.TrimPrefix(a.policy, "service-role/")
	attachment, err := iam.NewRolePolicyAttachment(ctx, i.name+"-"+a.name+"-"+name, &iam.RolePolicyAttachmentArgs{
		Role:      role.Name,
		PolicyArn: pulumi.String("arn:" + i.partition + ":iam::aws:policy/" + a.policy),
	}, pulumi.Parent(i.parent))
	return role, attachment, err
}

// newStageOne installs what nodes need to become ready.
func (c *Cluster) newStageOne(ctx *pulumi.Context, name string, in *Args) error {
	i := installer{
		parent: c, name: name, cluster: c.ref, partition: in.Partition, versions: in.AddonVersions, tags: in.Tags,
	}
	// Administrators first, so that somebody can look when an add-on fails.
	agent, err := i.install(ctx, addon{name: spec.PodIdentityAgent, dependsOn: c.adminAccess})
	if err != nil {
		return err
	}
	proxy, err := i.install(ctx, addon{name: spec.KubeProxy, dependsOn: c.adminAccess})
	if err != nil {
		return err
	}
	cni, err := i.install(ctx, addon{
		name:           spec.VPCCNI,
		config:         cniConfig(in.NetworkPolicyMode),
		serviceAccount: "aws-node",
		policy:         "AmazonEKS_CNI_Policy",
		// EKS refuses an add-on with a Pod Identity role while there is no agent.
		dependsOn: []pulumi.Resource{agent},
	})
	c.addons = []pulumi.Resource{agent, proxy, cni}
	return err
}

// cniConfig turns network policies on, without which a NetworkPolicy is
// accepted and does nothing, and gives nodes whole /28 prefixes, which raises
// the pods of an m6i.large from 29 to 110. One warm prefix is the fewest that
// still lets a pod start without waiting for EC2.
func cniConfig(mode spec.NetworkPolicyMode) map[string]any {
	env := map[string]string{"ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "1"}
	if mode == spec.NetworkPolicyStrict {
		env["NETWORK_POLICY_ENFORCING_MODE"] = string(mode)
	}
	return map[string]any{"enableNetworkPolicy": "true", "env": env}
}
