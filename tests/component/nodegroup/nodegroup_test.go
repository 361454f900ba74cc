package nodegroup_test

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/components/nodegroup"
	"github.com/mlops-iac/mlops/components/nodegroup/spec"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/nodegroup"
)

const (
	groupToken    = "aws:eks/nodeGroup:NodeGroup"
	templateToken = "aws:ec2/launchTemplate:LaunchTemplate"
	attachToken   = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	tagToken      = "aws:autoscaling/tag:Tag"
)

func run(t *testing.T, args *nodegroup.Args) *harness.Recorder {
	t.Helper()
	latest := harness.WithOutputs(templateToken, func(string, resource.PropertyMap) resource.PropertyMap {
		return resource.PropertyMap{"latestVersion": resource.NewProperty(7.0)}
	})
	return harness.Run(t, program(args), valid.AutoScalingGroups(), latest)
}

func runRole(t *testing.T, role scheduling.Role) *harness.Recorder {
	t.Helper()
	return run(t, valid.NodeGroup(role))
}

func TestResources(t *testing.T) {
	t.Parallel()
	for role, tags := range map[scheduling.Role]int{
		scheduling.RoleSystem: 2, scheduling.RoleCPU: 2, scheduling.RoleGPU: 6 + 2, scheduling.RoleSpot: 3 + 2,
	} {
		counts := map[string]int{}
		recorder := runRole(t, role)
		for _, r := range recorder.Resources() {
			counts[r.Type]++
			if r.Type != nodegroup.Token {
				assert.Equal(t, nodegroup.Token, r.ParentType, r.Name)
			}
		}
		want := map[string]int{
			nodegroup.Token: 1, "aws:iam/role:Role": 1, attachToken: 2, templateToken: 1, groupToken: 1, tagToken: tags,
		}
		assert.Equal(t, want, counts, role)
		assert.Empty(t, recorder.Invokes())
	}
}

// TestRoleDefaults is about what a role decides.
//
// Proves N1 by Pulumi mocks: nodes for training are in one zone, so that a node can come
// where the volume with the checkpoints is.
func TestRoleDefaults(t *testing.T) {
	t.Parallel()
	gpuTaint := []any{map[string]any{"key": "nvidia.com/gpu", "value": "present", "effect": "NO_SCHEDULE"}}
	spotTaint := []any{map[string]any{"key": "mlops.io/capacity", "value": "spot", "effect": "NO_SCHEDULE"}}
	for role, want := range map[scheduling.Role]map[string]any{
		scheduling.RoleSystem: {
			"amiType": "AL2023_x86_64_STANDARD", "capacityType": "ON_DEMAND", "instanceTypes": []any{"m6i.large"},
			"scalingConfig": map[string]any{"minSize": 2.0, "maxSize": 4.0, "desiredSize": 2.0},
			"labels":        map[string]any{"mlops.io/node-role": "system"}, "taints": []any{},
			"subnetIds": []any{"subnet-a", "subnet-b"},
		},
		scheduling.RoleCPU: {
			"amiType": "AL2023_x86_64_STANDARD", "capacityType": "ON_DEMAND", "instanceTypes": []any{"m6i.xlarge"},
			"scalingConfig": map[string]any{"minSize": 1.0, "maxSize": 10.0, "desiredSize": 1.0},
			"labels":        map[string]any{"mlops.io/node-role": "cpu"}, "taints": []any{},
			"subnetIds": []any{"subnet-a", "subnet-b"},
		},
		scheduling.RoleGPU: {
			"amiType": "AL2023_x86_64_NVIDIA", "capacityType": "ON_DEMAND", "instanceTypes": []any{"g5.xlarge"},
			"scalingConfig": map[string]any{"minSize": 0.0, "maxSize": 4.0, "desiredSize": 0.0},
			"labels": map[string]any{
				"mlops.io/node-role": "gpu", "accelerator": "nvidia", "k8s.amazonaws.com/accelerator": "nvidia-a10g",
			},
			"taints": gpuTaint, "subnetIds": []any{"subnet-a"},
		},
		scheduling.RoleSpot: {
			"amiType": "AL2023_x86_64_STANDARD", "capacityType": "SPOT",
			"instanceTypes": []any{"m6i.xlarge", "m5.xlarge", "m6a.xlarge", "m5a.xlarge", "m7i.xlarge"},
			"scalingConfig": map[string]any{"minSize": 0.0, "maxSize": 10.0, "desiredSize": 0.0},
			"labels":        map[string]any{"mlops.io/node-role": "spot"}, "taints": spotTaint,
			"subnetIds": []any{"subnet-a"},
		},
	} {
		group := runRole(t, role).One(t, groupToken, "nodes-group")
		for path, value := range want {
			assert.Equal(t, value, group.Prop(path), "%s: %s", role, path)
		}
	}
}

func TestGroup(t *testing.T) {
	t.Parallel()
	group := runRole(t, scheduling.RoleCPU).One(t, groupToken, "nodes-group")
	for path, want := range map[string]any{
		"clusterName":            "platform-test",
		"version":                "1.35",
		"releaseVersion":         nil,
		"nodeRoleArn":            "arn:aws:iam:eu-west-1:111111111111:nodes-role",
		"launchTemplate.id":      "nodes-template-id",
		"launchTemplate.version": "7",
		"updateConfig":           map[string]any{"maxUnavailablePercentage": 33.0},
		"nodeRepairConfig":       map[string]any{"enabled": true},
		"diskSize":               nil,
		"remoteAccess":           nil,
	} {
		assert.Equal(t, want, group.Prop(path), path)
	}
	assert.Equal(t, []string{"scalingConfig.desiredSize"}, group.IgnoreChanges)
	for _, policy := range []string{"AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"} {
		assert.Contains(t, group.DependsOn, "urn:pulumi:test::mlops::"+nodegroup.Token+"$"+attachToken+"::nodes-"+policy)
	}
}

func TestLaunchTemplate(t *testing.T) {
	t.Parallel()
	for role, size := range map[scheduling.Role]float64{scheduling.RoleCPU: 100, scheduling.RoleGPU: 200} {
		template := runRole(t, role).One(t, templateToken, "nodes-template")
		for path, want := range map[string]any{
			"metadataOptions": map[string]any{
				"httpEndpoint": "enabled", "httpTokens": "required", "httpPutResponseHopLimit": 1.0,
			},
			"monitoring": map[string]any{"enabled": true},
			"blockDeviceMappings": []any{map[string]any{"deviceName": "/dev/xvda", "ebs": map[string]any{
				"volumeType": "gp3", "volumeSize": size, "encrypted": "true", "deleteOnTermination": "true",
			}}},
			"imageId": nil, "vpcSecurityGroupIds": nil, "iamInstanceProfile": nil, "instanceType": nil, "userData": nil,
		} {
			assert.Equal(t, want, template.Prop(path), "%s: %s", role, path)
		}
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	args := valid.NodeGroup(scheduling.RoleGPU)
	recorder := run(t, args)
	untaggable := []string{nodegroup.Token, attachToken, tagToken}
	for _, r := range recorder.Resources() {
		if slices.Contains(untaggable, r.Type) {
			continue
		}
		for key, value := range args.Tags {
			found, _ := r.Prop("tags").(map[string]any)
			assert.Equal(t, value, found[key], "%s %s", r.Type, key)
		}
	}
	lasting := map[string]any{"Name": "nodes", "project": "mlops", "environment": "test", "managed-by": "pulumi"}
	assert.Equal(t, []any{
		map[string]any{"resourceType": "instance", "tags": lasting}, map[string]any{"resourceType": "volume", "tags": lasting},
	}, recorder.One(t, templateToken, "nodes-template").Prop("tagSpecifications"))
}

// Proves C4 by Pulumi mocks: an owner or a cost center that changes reaches the instances of a
// group from its Auto Scaling group, and the launch template and the group stay as they are.
func TestC4ChangedTagsReplaceNoNode(t *testing.T) {
	t.Parallel()
	args := valid.NodeGroup(scheduling.RoleCPU)
	before := run(t, args)
	args.Tags = map[string]string{
		"project": "mlops", "environment": "test", "managed-by": "pulumi", "owner": "another", "cost-center": "ml-002", "team": "new",
	}
	after := run(t, args)
	for token, name := range map[string]string{templateToken: "nodes-template", groupToken: "nodes-group"} {
		was, is := before.One(t, token, name), after.One(t, token, name)
		assert.NotEqual(t, was.Prop("tags"), is.Prop("tags"))
		delete(was.Inputs, "tags")
		delete(is.Inputs, "tags")
		assert.Equal(t, was.Inputs, is.Inputs, token)
	}
	assert.Equal(t, map[string]any{"owner": "another", "cost-center": "ml-002", "team": "new"}, launchTags(t, after))
}

// launchTags are those that the Auto Scaling group puts on instances.
func launchTags(t *testing.T, recorder *harness.Recorder) map[string]any {
	t.Helper()
	found := map[string]any{}
	for _, r := range recorder.OfType(tagToken) {
		if r.Prop("tag.propagateAtLaunch") == true {
			assert.Equal(t, "eks-nodes-group", r.Prop("autoscalingGroupName"))
			found[r.Prop("tag.key").(string)] = r.Prop("tag.value")
		}
	}
	return found
}

// Proves S7 by Pulumi mocks: the autoscaler knows the GPU of a group that has no node.
func TestAutoscalerTags(t *testing.T) {
	t.Parallel()
	args := valid.NodeGroup(scheduling.RoleGPU)
	args.InstanceTypes = []string{"g6.12xlarge"}
	args.Labels = map[string]string{"team": "vision"}
	args.Taints = []scheduling.Taint{{Key: "mlops.io/team", Value: "vision", Effect: scheduling.NoExecute}}
	found := map[any]any{}
	for _, r := range run(t, args).OfType(tagToken) {
		assert.Equal(t, "eks-nodes-group", r.Prop("autoscalingGroupName"))
		if r.Prop("tag.propagateAtLaunch") == true {
			continue // for instances, not for the autoscaler
		}
		found[r.Prop("tag.key")] = r.Prop("tag.value")
	}
	const prefix = "k8s.io/cluster-autoscaler/node-template/"
	assert.Equal(t, map[any]any{
		prefix + "label/mlops.io/node-role": "gpu",
		prefix + "label/accelerator":        "nvidia",
		// S7: a node of the empty group is known to have GPUs.
		prefix + "label/k8s.amazonaws.com/accelerator": "nvidia-l4",
		prefix + "label/team":                          "vision",
		prefix + "taint/nvidia.com/gpu":                "present:NoSchedule",
		prefix + "taint/mlops.io/team":                 "vision:NoExecute",
		prefix + "resources/nvidia.com/gpu":            "4",
		prefix + "resources/ephemeral-storage":         "200Gi",
	}, found)
}

// TestEffectsOfTaints spells each effect as EKS does.
func TestEffectsOfTaints(t *testing.T) {
	t.Parallel()
	args := valid.NodeGroup(scheduling.RoleCPU)
	args.Taints = []scheduling.Taint{
		{Key: "a", Value: "1", Effect: scheduling.NoSchedule}, {Key: "b", Value: "2", Effect: scheduling.PreferNoSchedule},
		{Key: "c", Value: "3", Effect: scheduling.NoExecute},
	}
	assert.Equal(t, []any{
		map[string]any{"key": "a", "value": "1", "effect": "NO_SCHEDULE"},
		map[string]any{"key": "b", "value": "2", "effect": "PREFER_NO_SCHEDULE"},
		map[string]any{"key": "c", "value": "3", "effect": "NO_EXECUTE"},
	}, run(t, args).One(t, groupToken, "nodes-group").Prop("taints"))
}

func TestOverrides(t *testing.T) {
	t.Parallel()
	args := valid.NodeGroup(scheduling.RoleCPU)
	args.Zone = "eu-west-1b"
	args.InstanceTypes = []string{"m7g.xlarge"}
	args.ReleaseVersion = "1.35.0-20260105"
	args.DiskSizeGiB = 50
	args.MinSize, args.MaxSize = 3, 6
	args.Labels = map[string]string{"team": "nlp"}
	args.Taints = []scheduling.Taint{{Key: "team", Value: "nlp", Effect: scheduling.PreferNoSchedule}}
	recorder := run(t, args)
	group := recorder.One(t, groupToken, "nodes-group")
	for path, want := range map[string]any{
		"subnetIds":      []any{"subnet-b"},
		"amiType":        "AL2023_ARM_64_STANDARD",
		"releaseVersion": "1.35.0-20260105",
		"scalingConfig":  map[string]any{"minSize": 3.0, "maxSize": 6.0, "desiredSize": 3.0},
		"labels":         map[string]any{"mlops.io/node-role": "cpu", "team": "nlp"},
		"taints":         []any{map[string]any{"key": "team", "value": "nlp", "effect": "PREFER_NO_SCHEDULE"}},
	} {
		assert.Equal(t, want, group.Prop(path), path)
	}
	assert.EqualValues(t, 50, recorder.One(t, templateToken, "nodes-template").Prop("blockDeviceMappings.0.ebs.volumeSize"))
}

func TestDefaultsOfTheSpecAreThoseOfTheRole(t *testing.T) {
	t.Parallel()
	for _, role := range scheduling.Roles() {
		complete := valid.NodeGroup(role)
		complete.NodeGroup = spec.Default(role)
		assert.Equal(t, runRole(t, role).Resources(), run(t, complete).Resources(), role)
	}
}

func TestNoNodeAtLeast(t *testing.T) {
	t.Parallel()
	args := valid.NodeGroup(scheduling.RoleCPU)
	args.MaxSize = 3
	assert.Equal(t, map[string]any{"minSize": 0.0, "maxSize": 3.0, "desiredSize": 0.0},
		run(t, args).One(t, groupToken, "nodes-group").Prop("scalingConfig"), "with a largest size, the least of 0 is meant")
}

func TestRef(t *testing.T) {
	t.Parallel()
	recorder := harness.Run(t, func(ctx *pulumi.Context) error {
		group, err := nodegroup.New(ctx, "nodes", valid.NodeGroup(scheduling.RoleCPU))
		if err != nil {
			return err
		}
		var probe pulumi.CustomResourceState
		return ctx.RegisterResource("test:index:Probe", "probe", group.Ref().Outputs(), &probe)
	}, valid.AutoScalingGroups())
	probed := recorder.One(t, "test:index:Probe", "probe")
	want := map[string]any{
		"name":                  "nodes-group",
		"arn":                   "arn:aws:eks:eu-west-1:111111111111:nodes-group",
		"roleArn":               "arn:aws:iam:eu-west-1:111111111111:nodes-role",
		"autoScalingGroupNames": []any{"eks-nodes-group"},
	}
	assert.Len(t, probed.Inputs, len(want))
	for key, value := range want {
		assert.Equal(t, value, probed.Prop(key), key)
	}
}

// TestNoAutoScalingGroup pins that a silent provider is an error and not a panic.
func TestNoAutoScalingGroup(t *testing.T) {
	t.Parallel()
	_, err := harness.RunErr(program(valid.NodeGroup(scheduling.RoleGPU)))
	assert.ErrorContains(t, err, "the node group has no Auto Scaling group")
}

func TestArgsAreNotChanged(t *testing.T) {
	t.Parallel()
	args := valid.NodeGroup(scheduling.RoleCPU)
	args.Schedule = &spec.OffHours{ScaleDown: "0 19 * * *", ScaleUp: "0 7 * * *"}
	args.Labels = map[string]string{"team": "nlp"}
	run(t, args)
	want := valid.NodeGroup(scheduling.RoleCPU)
	want.Schedule = &spec.OffHours{ScaleDown: "0 19 * * *", ScaleUp: "0 7 * * *"}
	want.Labels = map[string]string{"team": "nlp"}
	assert.Equal(t, want, args)
}

// TestReady pins that what depends on a group waits for its tags too.
func TestReady(t *testing.T) {
	t.Parallel()
	recorder := harness.Run(t, func(ctx *pulumi.Context) error {
		group, err := nodegroup.New(ctx, "nodes", valid.NodeGroup(scheduling.RoleSpot))
		if err != nil {
			return err
		}
		var later pulumi.CustomResourceState
		return ctx.RegisterResource("test:index:Probe", "later", pulumi.Map{}, &later, pulumi.DependsOn(group.Ready()))
	}, valid.AutoScalingGroups())
	prefix := "urn:pulumi:test::mlops::" + nodegroup.Token + "$"
	assert.ElementsMatch(t, []string{
		prefix + groupToken + "::nodes-group",
		prefix + tagToken + "::nodes-instance-cost-center",
		prefix + tagToken + "::nodes-instance-owner",
		prefix + tagToken + "::nodes-label/mlops.io/node-role",
		prefix + tagToken + "::nodes-resources/ephemeral-storage",
		prefix + tagToken + "::nodes-taint/mlops.io/capacity",
	}, recorder.One(t, "test:index:Probe", "later").DependsOn)
}
