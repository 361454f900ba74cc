package nodegroup_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/nodegroup"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/tests/pulumitest"
	"github.com/mlops-iac/mlops/tests/pulumitest/valid"
)

func TestValidation(t *testing.T) {
	t.Parallel()
	const notGPU = "must be of a family with NVIDIA GPUs (g*, gr*, p*) in a group of role gpu"
	for label, c := range map[string]struct {
		role   scheduling.Role
		change func(*nodegroup.Args)
		want   string
	}{
		"unknown role": {"tpu", func(*nodegroup.Args) {}, `role: Unsupported value: "tpu": supported values: "system", "cpu", "gpu", "spot"`},
		"no cluster":   {"cpu", func(a *nodegroup.Args) { a.ClusterName = nil }, `clusterName: Required value: the EKS cluster the nodes join`},
		"partition":    {"cpu", func(a *nodegroup.Args) { a.Partition = "azure" }, `partition: Unsupported value: "azure": supported values: "aws", "aws-cn", "aws-us-gov"`},
		"no subnets":   {"cpu", func(a *nodegroup.Args) { a.SubnetIDs = nil }, `subnetIds: Required value: the private subnets of the nodes`},
		"GPU group over several zones": {
			"gpu", func(a *nodegroup.Args) {
				a.SubnetID, a.SubnetIDs = nil, pulumi.ToStringArray([]string{"subnet-a", "subnet-b"})
			},
			`subnetId: Required value: a GPU group lives in exactly one subnet`,
		},
		"both kinds of subnets": {
			"cpu", func(a *nodegroup.Args) { a.SubnetID = pulumi.String("subnet-a") },
			`subnetIds: Forbidden: give subnetIds or subnetId, not both`,
		},
		"volume": {"cpu", func(a *nodegroup.Args) { a.VolumeGiB = 8 }, `volumeGiB: Invalid value: 8: must be between 20 and 16384`},
		"version": {
			"cpu", func(a *nodegroup.Args) { a.KubernetesVersion = "v1.35" },
			`kubernetesVersion: Invalid value: "v1.35": must be a Kubernetes minor version such as 1.35, at least 1.31`,
		},
		"Amazon Linux 2": {
			"cpu", func(a *nodegroup.Args) { a.AMIType, a.KubernetesVersion = "AL2_x86_64", "1.33" },
			`amiType: Invalid value: "AL2_x86_64": must be an AL2023 image: Amazon Linux 2 ended with Kubernetes 1.32, this group runs 1.33`,
		},
		"unsupported image": {
			"cpu", func(a *nodegroup.Args) { a.AMIType = "BOTTLEROCKET_x86_64" },
			`amiType: Unsupported value: "BOTTLEROCKET_x86_64": supported values: "AL2023_x86_64_STANDARD", "AL2023_x86_64_NVIDIA", "AL2023_ARM_64_STANDARD", "AL2023_ARM_64_NVIDIA"`,
		},
		"GPU instance, plain image": {
			"gpu", func(a *nodegroup.Args) { a.AMIType = nodegroup.AMIX86 },
			`instanceTypes[0]: Invalid value: "g5.xlarge": needs AMI type AL2023_x86_64_NVIDIA, the group has AL2023_x86_64_STANDARD`,
		},
		"plain instance, GPU image": {
			"cpu", func(a *nodegroup.Args) { a.AMIType = nodegroup.AMIX86NVIDIA },
			`instanceTypes[0]: Invalid value: "m6i.xlarge": needs AMI type AL2023_x86_64_STANDARD, the group has AL2023_x86_64_NVIDIA`,
		},
		"Graviton instance, Intel image": {
			"cpu", func(a *nodegroup.Args) { a.AMIType, a.InstanceTypes = nodegroup.AMIX86, []string{"c7gn.2xlarge"} },
			`instanceTypes[0]: Invalid value: "c7gn.2xlarge": needs AMI type AL2023_ARM_64_STANDARD, the group has AL2023_x86_64_STANDARD`,
		},
		"two architectures": {
			"cpu", func(a *nodegroup.Args) { a.InstanceTypes = []string{"m6i.large", "m6g.large"} },
			`instanceTypes[1]: Invalid value: "m6g.large": needs AMI type AL2023_ARM_64_STANDARD, the group has AL2023_x86_64_STANDARD`,
		},
		"GPU group without GPUs": {
			"gpu", func(a *nodegroup.Args) { a.InstanceTypes = []string{"m6i.large"} },
			`instanceTypes[0]: Invalid value: "m6i.large": ` + notGPU,
		},
		"GPUs in another group": {
			"cpu", func(a *nodegroup.Args) { a.InstanceTypes = []string{"p4d.24xlarge"} },
			`instanceTypes[0]: Invalid value: "p4d.24xlarge": must not be of a family with GPUs in a group of role cpu: only role gpu keeps other pods off`,
		},
		"other accelerator": {
			"gpu", func(a *nodegroup.Args) { a.InstanceTypes = []string{"inf2.xlarge"} },
			`instanceTypes[0]: Invalid value: "inf2.xlarge": must have no accelerator or NVIDIA GPUs: no image here has the driver of this one`,
		},
		"AMD GPU": {
			"gpu", func(a *nodegroup.Args) { a.InstanceTypes = []string{"g4ad.xlarge"} },
			`instanceTypes[0]: Invalid value: "g4ad.xlarge": must have no accelerator or NVIDIA GPUs: no image here has the driver of this one`,
		},
		"different numbers of GPUs": {
			"gpu", func(a *nodegroup.Args) { a.InstanceTypes = []string{"g5.xlarge", "g5.48xlarge"} },
			`instanceTypes[1]: Invalid value: "g5.48xlarge": must have as many GPUs as g5.xlarge (1), has 8`,
		},
		"no instance type": {
			"cpu", func(a *nodegroup.Args) { a.InstanceTypes = []string{"large"} },
			`instanceTypes[0]: Invalid value: "large": must be an EC2 instance type such as m6i.large`,
		},
		"same type twice": {
			"cpu", func(a *nodegroup.Args) { a.InstanceTypes = []string{"m6i.large", "m6i.large"} },
			`instanceTypes[1]: Duplicate value: "m6i.large"`,
		},
		"too few spot types": {
			"spot", func(a *nodegroup.Args) { a.InstanceTypes = []string{"m6i.large", "m5.large", "m6a.large"} },
			`instanceTypes: Invalid value: ["m6i.large","m5.large","m6a.large"]: must have at least 4 types with spot capacity`,
		},
		"unknown capacity": {
			"gpu", func(a *nodegroup.Args) { a.Capacity = "RESERVED" },
			`capacity: Unsupported value: "RESERVED": supported values: "ON_DEMAND", "SPOT"`,
		},
		"spot role on demand": {
			"spot", func(a *nodegroup.Args) { a.Capacity = nodegroup.CapacityOnDemand },
			`capacity: Invalid value: "ON_DEMAND": must be SPOT in a group of role spot`,
		},
		"inference on spot": {
			"cpu",
			func(a *nodegroup.Args) {
				a.Capacity, a.InstanceTypes = nodegroup.CapacitySpot, nodegroup.DefaultInstanceTypes(scheduling.RoleSpot)
			},
			`capacity: Invalid value: "SPOT": must be ON_DEMAND in a group of role cpu: spot capacity is for training only`,
		},
		"no system node": {
			"system", func(a *nodegroup.Args) { a.Scaling = &nodegroup.Scaling{Max: 3} },
			`scaling.min: Invalid value: 0: must be at least 1 in a group of role system`,
		},
		"negative": {
			"cpu", func(a *nodegroup.Args) { a.Scaling = &nodegroup.Scaling{Min: -1, Max: 3, Desired: 1} },
			`scaling.min: Invalid value: -1: must be at least 0 in a group of role cpu`,
		},
		"most below fewest": {
			"cpu", func(a *nodegroup.Args) { a.Scaling = &nodegroup.Scaling{Min: 3, Max: 2, Desired: 3} },
			"2 faults:\n  scaling.desired: Invalid value: 3: must be between min (3) and max (2)\n" +
				"  scaling.max: Invalid value: 2: must be >= min (3)",
		},
		"too many": {
			"cpu", func(a *nodegroup.Args) { a.Scaling = &nodegroup.Scaling{Max: 451} },
			`scaling.max: Invalid value: 451: must be between 1 and 450`,
		},
		"desired outside": {
			"cpu", func(a *nodegroup.Args) { a.Scaling = &nodegroup.Scaling{Min: 2, Max: 3, Desired: 1} },
			`scaling.desired: Invalid value: 1: must be between min (2) and max (3)`,
		},
		"label of the role": {
			"cpu", func(a *nodegroup.Args) { a.Labels = map[string]string{scheduling.RoleLabel: "gpu"} },
			`labels[mlops.io/node-role]: Forbidden: role cpu sets it to "cpu"`,
		},
		"label of Kubernetes": {
			"cpu", func(a *nodegroup.Args) { a.Labels = map[string]string{"topology.kubernetes.io/zone": "a"} },
			`labels[topology.kubernetes.io/zone]: Forbidden: kubelet may not set labels of Kubernetes or EKS`,
		},
		"taint effect": {
			"cpu", func(a *nodegroup.Args) { a.Taints = []scheduling.Taint{{Key: "a", Effect: "NO_SCHEDULE"}} },
			`taints[0].effect: Unsupported value: "NO_SCHEDULE": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"`,
		},
		"taint of the role": {
			"gpu", func(a *nodegroup.Args) { a.Taints = []scheduling.Taint{scheduling.GPUTaint()} },
			`taints[0].key: Duplicate value: "nvidia.com/gpu"`,
		},
		"tainted system": {
			"system", func(a *nodegroup.Args) { a.Taints = []scheduling.Taint{scheduling.SpotTaint()} },
			`taints: Forbidden: system nodes stay untainted: cluster add-ons tolerate nothing`,
		},
	} {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			args := valid.NodeGroup(c.role)
			c.change(args)
			_, err := pulumitest.RunErr(program(args), valid.AutoScalingGroups())
			assert.ErrorContains(t, err, `node group "nodes": `+c.want+"\n")
		})
	}
}

func TestEveryFaultAtOnce(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.RunErr(program(&nodegroup.Args{
		Role: scheduling.RoleGPU, AMIType: "AL2_x86_64_GPU", InstanceTypes: []string{"m6i.large"},
		KubernetesVersion: "1.35", VolumeGiB: 1, Labels: map[string]string{"-x": "a b"},
	}))
	require.Error(t, err)
	for _, want := range []string{
		`node group "nodes": 7 faults:`,
		`amiType: Invalid value: "AL2_x86_64_GPU": must be an AL2023 image`,
		`clusterName: Required value`,
		`instanceTypes[0]: Invalid value: "m6i.large": must be of a family with NVIDIA GPUs`,
		`labels[-x]: Invalid value: "-x": name part must consist of`,
		`labels[-x]: Invalid value: "a b": a valid label must be`,
		`subnetId: Required value: a GPU group lives in exactly one subnet`,
		`volumeGiB: Invalid value: 1: must be between 20 and 16384`,
	} {
		assert.ErrorContains(t, err, want)
	}
}

func TestNilArgs(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.RunErr(program(nil))
	assert.ErrorContains(t, err, `node group "nodes": 3 faults:
  clusterName: Required value: the EKS cluster the nodes join
  kubernetesVersion: Invalid value: "": must be a Kubernetes minor version such as 1.35, at least 1.31
  subnetIds: Required value: the private subnets of the nodes
`)
}

// TestImageOfInstance reads families off names as AWS composes them.
func TestImageOfInstance(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		role scheduling.Role
		ami  nodegroup.AMIType
		gpus string
	}{
		"t3.medium":        {"cpu", nodegroup.AMIX86, ""},
		"m7i-flex.large":   {"cpu", nodegroup.AMIX86, ""},
		"x2iezn.metal":     {"cpu", nodegroup.AMIX86, ""},
		"m7i.metal-24xl":   {"cpu", nodegroup.AMIX86, ""},
		"a1.xlarge":        {"cpu", nodegroup.AMIARM, ""},
		"t4g.small":        {"cpu", nodegroup.AMIARM, ""},
		"im4gn.large":      {"cpu", nodegroup.AMIARM, ""},
		"hpc7g.4xlarge":    {"cpu", nodegroup.AMIARM, ""},
		"g4dn.xlarge":      {"gpu", nodegroup.AMIX86NVIDIA, "1"},
		"g4dn.metal":       {"gpu", nodegroup.AMIX86NVIDIA, "8"},
		"g6e.24xlarge":     {"gpu", nodegroup.AMIX86NVIDIA, "4"},
		"gr6.4xlarge":      {"gpu", nodegroup.AMIX86NVIDIA, "1"},
		"g5g.2xlarge":      {"gpu", nodegroup.AMIARMNVIDIA, "1"},
		"p3.8xlarge":       {"gpu", nodegroup.AMIX86NVIDIA, "4"},
		"p5.4xlarge":       {"gpu", nodegroup.AMIX86NVIDIA, "1"},
		"p5en.48xlarge":    {"gpu", nodegroup.AMIX86NVIDIA, "8"},
		"p6-b200.48xlarge": {"gpu", nodegroup.AMIX86NVIDIA, "8"},
	} {
		args := valid.NodeGroup(want.role)
		args.InstanceTypes = []string{name}
		args.Scaling = &nodegroup.Scaling{Max: 1}
		recorder := run(t, args)
		assert.Equal(t, string(want.ami), recorder.One(t, groupToken, "nodes-group").Prop("amiType"), name)
		if want.gpus != "" {
			tag := recorder.One(t, tagToken, "nodes-resources/nvidia.com/gpu")
			assert.Equal(t, want.gpus, tag.Prop("tag.value"), name)
		}
	}
}
