package cluster_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/components/cluster/spec"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/cluster"
)

const addonToken = "aws:eks/addon:Addon"

func TestStageOne(t *testing.T) {
	t.Parallel()
	args := valid.Cluster()
	args.AddonVersions = map[string]string{"vpc-cni": "v1.20.4-eksbuild.2", "coredns": "v1.12.4-eksbuild.1"}
	recorder := run(t, args)
	for _, addon := range cluster.StageOneAddons() {
		r := recorder.One(t, addonToken, "platform-"+addon)
		assertAddon(t, r, addon)
		assert.Contains(t, r.DependsOn, urn("eks:index:Cluster", "platform-control-plane"))
	}
	for _, addon := range []string{spec.PodIdentityAgent, spec.KubeProxy} {
		r := recorder.One(t, addonToken, "platform-"+addon)
		assert.Nil(t, r.Prop("configurationValues"), addon)
		assert.Nil(t, r.Prop("podIdentityAssociations"), addon)
		assert.Nil(t, r.Prop("addonVersion"), addon)
		assert.Contains(t, r.DependsOn, urn(associationToken, "platform-admin-111111111111-role-deployer-policy"))
	}
	cni := recorder.One(t, addonToken, "platform-vpc-cni")
	assert.Equal(t, "v1.20.4-eksbuild.2", cni.Prop("addonVersion"))
	assert.Equal(t, map[string]any{
		"enableNetworkPolicy": "true",
		"env":                 map[string]any{"ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "1"},
	}, harness.Document(t, cni, "configurationValues"))
	assert.Contains(t, cni.DependsOn, urn(addonToken, "platform-eks-pod-identity-agent"))
	assert.Contains(t, cni.DependsOn, urn(attachmentToken, "platform-vpc-cni-AmazonEKS_CNI_Policy"))
	assertRole(t, recorder, cni, "platform-vpc-cni", "aws-node", "AmazonEKS_CNI_Policy", "AmazonEKS_CNI_Policy")
}

const attachmentToken = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"

func assertAddon(t *testing.T, r harness.Resource, addon string) {
	t.Helper()
	assert.Equal(t, addon, r.Prop("addonName"))
	assert.Equal(t, "platform-test", r.Prop("clusterName"))
	assert.Equal(t, "OVERWRITE", r.Prop("resolveConflictsOnCreate"))
	assert.Equal(t, "PRESERVE", r.Prop("resolveConflictsOnUpdate"))
}

func assertRole(t *testing.T, recorder *harness.Recorder, addon harness.Resource, prefix, account, policy, short string) {
	t.Helper()
	assert.Equal(t, []any{map[string]any{
		"roleArn": "arn:aws:iam:eu-west-1:111111111111:" + prefix + "-role", "serviceAccount": account,
	}}, addon.Prop("podIdentityAssociations"))
	trust := harness.Document(t, recorder.One(t, "aws:iam/role:Role", prefix+"-role"), "assumeRolePolicy")
	assert.Equal(t, []any{map[string]any{
		"Effect":    "Allow",
		"Principal": map[string]any{"Service": []any{"pods.eks.amazonaws.com"}},
		"Action":    []any{"sts:AssumeRole", "sts:TagSession"},
		"Condition": map[string]any{"StringEquals": map[string]any{
			"aws:RequestTag/eks-cluster-arn":            []any{"arn:aws:eks:eu-west-1:111111111111:cluster/platform-test"},
			"aws:RequestTag/kubernetes-namespace":       []any{"kube-system"},
			"aws:RequestTag/kubernetes-service-account": []any{account},
		}},
	}}, trust["Statement"])
	attachment := recorder.One(t, attachmentToken, prefix+"-"+short)
	assert.Equal(t, prefix+"-role", attachment.Prop("role"))
	assert.Equal(t, "arn:aws:iam::aws:policy/"+policy, attachment.Prop("policyArn"))
}

func runAddons(t *testing.T, args *cluster.AddonsArgs) *harness.Recorder {
	t.Helper()
	return harness.Run(t, harness.Program(cluster.NewAddons, "addons", args))
}

func TestStageTwo(t *testing.T) {
	t.Parallel()
	args := valid.ClusterAddons()
	args.AddonVersions = map[string]string{"vpc-cni": "v1.20.4-eksbuild.2", "coredns": "v1.12.4-eksbuild.1"}
	recorder := runAddons(t, args)
	assert.Len(t, recorder.OfType(addonToken), 3)
	for _, addon := range cluster.StageTwoAddons() {
		r := recorder.One(t, addonToken, "addons-"+addon)
		assertAddon(t, r, addon)
		assert.Equal(t, cluster.AddonsToken, r.ParentType)
		assert.Equal(t, "ml-platform", r.Prop("tags.owner"))
	}
	selector := map[string]any{"nodeSelector": map[string]any{"mlops.io/node-role": "system"}}
	dns := recorder.One(t, addonToken, "addons-coredns")
	assert.Equal(t, "v1.12.4-eksbuild.1", dns.Prop("addonVersion"))
	assert.Equal(t, selector, harness.Document(t, dns, "configurationValues"))
	assert.Equal(t, selector, harness.Document(t, recorder.One(t, addonToken, "addons-metrics-server"), "configurationValues"))
	driver := recorder.One(t, addonToken, "addons-aws-ebs-csi-driver")
	assert.Nil(t, driver.Prop("addonVersion"))
	assert.Equal(t, map[string]any{"controller": map[string]any{
		"nodeSelector": selector["nodeSelector"], "extraVolumeTags": driver.Prop("tags"),
	}}, harness.Document(t, driver, "configurationValues"), "volumes carry the tags of the cluster")
	assertRole(t, recorder, driver, "addons-aws-ebs-csi-driver", "ebs-csi-controller-sa",
		"service-role/AmazonEBSCSIDriverPolicy", "AmazonEBSCSIDriverPolicy")
	assert.Equal(t, "ml-platform", recorder.One(t, "aws:iam/role:Role", "addons-aws-ebs-csi-driver-role").Prop("tags.owner"))
}

func TestStageTwoNodeSelector(t *testing.T) {
	t.Parallel()
	args := valid.ClusterAddons()
	args.NodeSelector = map[string]string{"pool": "infra"}
	dns := runAddons(t, args).One(t, addonToken, "addons-coredns")
	assert.Equal(t, map[string]any{"nodeSelector": map[string]any{"pool": "infra"}}, harness.Document(t, dns, "configurationValues"))
}

// TestOrder pins access, stage one, node group, stage two, the rest.
func TestOrder(t *testing.T) {
	t.Parallel()
	recorder := harness.Run(t, func(ctx *pulumi.Context) error {
		c, err := cluster.New(ctx, name, valid.Cluster())
		if err != nil {
			return err
		}
		var group pulumi.CustomResourceState
		if err := ctx.RegisterResource(probeToken, "group", pulumi.Map{}, &group, pulumi.DependsOn(c.Ready())); err != nil {
			return err
		}
		a, err := cluster.NewAddons(ctx, "addons", valid.ClusterAddons(), pulumi.DependsOn([]pulumi.Resource{&group}))
		if err != nil {
			return err
		}
		var rest pulumi.CustomResourceState
		return ctx.RegisterResource(probeToken, "rest", pulumi.Map{}, &rest, pulumi.DependsOn(a.Ready()))
	}, valid.ControlPlane(harness.Stack))
	group := recorder.One(t, probeToken, "group")
	for _, addon := range cluster.StageOneAddons() {
		assert.Contains(t, group.DependsOn, urn(addonToken, "platform-"+addon))
	}
	for _, admin := range []string{"deployer", "break-glass"} {
		assert.Contains(t, group.DependsOn, urn(associationToken, "platform-admin-111111111111-role-"+admin+"-policy"))
	}
	assert.Contains(t, group.DependsOn, urn("eks:index:Cluster", "platform-control-plane"))
	assert.Contains(t, recorder.One(t, cluster.AddonsToken, "addons").DependsOn, "urn:pulumi:test::mlops::"+probeToken+"::group")
	rest := recorder.One(t, probeToken, "rest")
	for _, addon := range cluster.StageTwoAddons() {
		assert.Contains(t, rest.DependsOn, "urn:pulumi:test::mlops::"+cluster.AddonsToken+"$"+addonToken+"::addons-"+addon)
	}
}

func TestVolumesGetNoTagThatBreaksTheOthers(t *testing.T) {
	t.Parallel()
	args := valid.ClusterAddons()
	args.Tags = map[string]string{"owner": "a=b", "project": "mlops"}
	driver := runAddons(t, args).One(t, addonToken, "addons-aws-ebs-csi-driver")
	controller, _ := harness.Document(t, driver, "configurationValues")["controller"].(map[string]any)
	assert.Equal(t, map[string]any{"project": "mlops"}, controller["extraVolumeTags"])
}
