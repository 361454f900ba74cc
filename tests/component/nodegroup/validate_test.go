package nodegroup_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/nodegroup"
	"github.com/mlops-iac/mlops/components/nodegroup/spec"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/nodegroup"
)

const notGPU = "must have NVIDIA GPUs, as series g, gr and p have, in a group of role gpu"

// wrongValues are arguments that must be refused, each with its message.
var wrongValues = map[string]struct {
	role   scheduling.Role
	change func(*nodegroup.Args)
	want   string
}{
	"unknown role": {"tpu", func(*nodegroup.Args) {}, `role: Unsupported value: "tpu": supported values: "system", "cpu", "gpu", "spot"`},
	"no cluster":   {"cpu", func(a *nodegroup.Args) { a.ClusterName = nil }, `clusterName: Required value: the EKS cluster the nodes join`},
	"partition":    {"cpu", func(a *nodegroup.Args) { a.Partition = "azure" }, `partition: Unsupported value: "azure": supported values: "aws", "aws-cn", "aws-us-gov"`},
	"no subnets":   {"cpu", func(a *nodegroup.Args) { a.SubnetIDs = nil }, `subnetIds: Required value: the private subnets of the nodes`},
	"no role":      {"", func(*nodegroup.Args) {}, `role: Required value: what the nodes are for: system, cpu, gpu or spot`},
	"GPU group in no zone": {
		"gpu", func(a *nodegroup.Args) { a.Zones = nil },
		`zones: Required value: the zones of subnetIds: the group lives in exactly one`,
	},
	"spot group in no zone": {
		"spot", func(a *nodegroup.Args) { a.Zones = nil },
		`zones: Required value: the zones of subnetIds: the group lives in exactly one`,
	},
	"zone of unknown subnets": {
		"cpu", func(a *nodegroup.Args) { a.Zone, a.Zones = "eu-west-1a", nil },
		`zones: Required value: the zones of subnetIds: the group lives in exactly one`,
	},
	"another zone": {
		"cpu", func(a *nodegroup.Args) { a.Zone = "eu-west-1c" },
		`zone: Unsupported value: "eu-west-1c": supported values: "eu-west-1a", "eu-west-1b"`,
	},
	"fewer subnets than zones": {
		"cpu", func(a *nodegroup.Args) { a.SubnetIDs = pulumi.ToStringArray([]string{"subnet-a"}) },
		`subnetIds: Invalid value: 1: must be one per zone (2)`,
	},
	"volume": {"cpu", func(a *nodegroup.Args) { a.DiskSizeGiB = 8 }, `diskSizeGiB: Invalid value: 8: must be 20 to 16384`},
	"version": {
		"cpu", func(a *nodegroup.Args) { a.KubernetesVersion = "v1.35" },
		`kubernetesVersion: Invalid value: "v1.35": must be a Kubernetes minor version such as 1.35, at least 1.31`,
	},
	"Amazon Linux 2": {
		"cpu", func(a *nodegroup.Args) { a.AMIType = "AL2_x86_64" },
		`amiType: Invalid value: "AL2_x86_64": must be an AL2023 image: Amazon Linux 2 ended with Kubernetes 1.32`,
	},
	"unsupported image": {
		"cpu", func(a *nodegroup.Args) { a.AMIType = "BOTTLEROCKET_x86_64" },
		`amiType: Unsupported value: "BOTTLEROCKET_x86_64": supported values: "AL2023_x86_64_STANDARD", "AL2023_x86_64_NVIDIA", "AL2023_ARM_64_STANDARD", "AL2023_ARM_64_NVIDIA"`,
	},
	"GPU instance, plain image": {
		"gpu", func(a *nodegroup.Args) { a.AMIType = spec.AMIX86 },
		`amiType: Invalid value: "AL2023_x86_64_STANDARD": must be AL2023_x86_64_NVIDIA for g5.xlarge`,
	},
	"plain instance, GPU image": {
		"cpu", func(a *nodegroup.Args) { a.AMIType = spec.AMIX86NVIDIA },
		`amiType: Invalid value: "AL2023_x86_64_NVIDIA": must be AL2023_x86_64_STANDARD for m6i.xlarge`,
	},
	"Graviton instance, Intel image": {
		"cpu", func(a *nodegroup.Args) { a.AMIType, a.InstanceTypes = spec.AMIX86, []string{"c7gn.2xlarge"} },
		`amiType: Invalid value: "AL2023_x86_64_STANDARD": must be AL2023_ARM_64_STANDARD for c7gn.2xlarge`,
	},
	"two architectures": {
		"cpu", func(a *nodegroup.Args) { a.InstanceTypes = []string{"m6i.large", "m6g.large"} },
		`instanceTypes[1]: Invalid value: "m6g.large": must have the same architecture as m6i.large`,
	},
	"GPU group without GPUs": {
		"gpu", func(a *nodegroup.Args) { a.InstanceTypes = []string{"m6i.large"} },
		`instanceTypes[0]: Invalid value: "m6i.large": ` + notGPU,
	},
	"GPUs in another group": {
		"cpu", func(a *nodegroup.Args) { a.InstanceTypes = []string{"p4d.24xlarge"} },
		`instanceTypes[0]: Invalid value: "p4d.24xlarge": must not have GPUs in a group of role cpu: pods that need none would use them up`,
	},
	"other accelerator": {
		"gpu", func(a *nodegroup.Args) { a.InstanceTypes = []string{"inf2.xlarge"} },
		`instanceTypes[0]: Invalid value: "inf2.xlarge": must not be of series inf: there is no image for its hardware`,
	},
	"AMD GPU": {
		"gpu", func(a *nodegroup.Args) { a.InstanceTypes = []string{"g4ad.xlarge"} },
		`instanceTypes[0]: Invalid value: "g4ad.xlarge": must have NVIDIA GPUs, not AMD ones: no image has their driver`,
	},
	"different GPUs": { // S7
		"gpu", func(a *nodegroup.Args) { a.InstanceTypes = []string{"g5.xlarge", "g6.xlarge"} },
		`instanceTypes[1]: Invalid value: "g6.xlarge": must have the same GPU as g5.xlarge (nvidia-a10g), has nvidia-l4`,
	},
	"label of the GPU": {
		"gpu", func(a *nodegroup.Args) { a.Labels = map[string]string{"k8s.amazonaws.com/accelerator": "mine"} },
		`labels[k8s.amazonaws.com/accelerator]: Forbidden: is set by Kubernetes, EKS or the role of the group`,
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
		`instanceTypes: Invalid value: ["m6i.large","m5.large","m6a.large"]: must be at least 4 types for spot capacity`,
	},
	"unknown capacity": {
		"gpu", func(a *nodegroup.Args) { a.CapacityType = "RESERVED" },
		`capacityType: Unsupported value: "RESERVED": supported values: "ON_DEMAND", "SPOT"`,
	},
	"spot role on demand": {
		"spot", func(a *nodegroup.Args) { a.CapacityType = spec.OnDemand },
		`capacityType: Invalid value: "ON_DEMAND": must be SPOT in a group of role spot`,
	},
	"inference on spot": {
		"cpu",
		func(a *nodegroup.Args) {
			a.CapacityType, a.InstanceTypes = spec.Spot, spec.Default(scheduling.RoleSpot).InstanceTypes
		},
		`capacityType: Invalid value: "SPOT": must be ON_DEMAND in a group of role cpu: spot capacity is for training only`,
	},
	"no system node": {
		"system", func(a *nodegroup.Args) { a.MaxSize = 3 },
		`minSize: Invalid value: 0: must be >= 1 in a group of role system`,
	},
	"negative": {
		"cpu", func(a *nodegroup.Args) { a.MinSize, a.MaxSize, a.DesiredSize = -1, 3, 1 },
		`minSize: Invalid value: -1: must be >= 0 in a group of role cpu`,
	},
	"most below fewest": {
		"cpu", func(a *nodegroup.Args) { a.MinSize, a.MaxSize = 3, 2 },
		`maxSize: Invalid value: 2: must be >= minSize (3)`,
	},
	"too many": {
		"cpu", func(a *nodegroup.Args) { a.MaxSize = 451 },
		`maxSize: Invalid value: 451: must be 1 to 450`,
	},
	"desired below fewest": {
		"cpu", func(a *nodegroup.Args) { a.MinSize, a.MaxSize, a.DesiredSize = 2, 3, 1 },
		`desiredSize: Invalid value: 1: must be >= minSize (2)`,
	},
	"desired above most": {
		"cpu", func(a *nodegroup.Args) { a.MinSize, a.MaxSize, a.DesiredSize = 2, 3, 4 },
		`desiredSize: Invalid value: 4: must be <= maxSize (3)`,
	},
	"label of the role": {
		"cpu", func(a *nodegroup.Args) { a.Labels = map[string]string{scheduling.RoleLabel: "gpu"} },
		`labels[mlops.io/node-role]: Forbidden: is set by Kubernetes, EKS or the role of the group`,
	},
	"label of Kubernetes": {
		"cpu", func(a *nodegroup.Args) { a.Labels = map[string]string{"topology.kubernetes.io/zone": "a"} },
		`labels[topology.kubernetes.io/zone]: Forbidden: is set by Kubernetes, EKS or the role of the group`,
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
}

func program(args *nodegroup.Args) pulumi.RunFunc {
	return harness.Program(nodegroup.New, "nodes", args)
}

func TestValidation(t *testing.T) {
	t.Parallel()
	for label, c := range wrongValues {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			args := valid.NodeGroup(c.role)
			c.change(args)
			_, err := harness.RunErr(program(args), valid.AutoScalingGroups())
			assert.ErrorContains(t, err, `node group "nodes": `+c.want+"\n")
		})
	}
}

func TestEveryErrorAtOnce(t *testing.T) {
	t.Parallel()
	_, err := harness.RunErr(program(&nodegroup.Args{
		NodeGroup: spec.NodeGroup{
			Role: scheduling.RoleGPU, AMIType: "AL2_x86_64_GPU", InstanceTypes: []string{"m6i.large"},
			DiskSizeGiB: 1, Labels: map[string]string{"-x": "a b"},
		},
		KubernetesVersion: "1.35",
	}))
	require.Error(t, err)
	for _, want := range []string{
		`node group "nodes": 8 errors:`,
		`amiType: Invalid value: "AL2_x86_64_GPU": must be an AL2023 image`,
		`clusterName: Required value`,
		`instanceTypes[0]: Invalid value: "m6i.large": must have NVIDIA GPUs`,
		`labels[-x]: Invalid value: "-x": must be a Kubernetes label key`,
		`labels[-x]: Invalid value: "a b": must be a Kubernetes label value`,
		`subnetIds: Required value: the private subnets of the nodes`,
		`zones: Required value: the zones of subnetIds`,
		`diskSizeGiB: Invalid value: 1: must be 20 to 16384`,
	} {
		assert.ErrorContains(t, err, want)
	}
}

func TestNilArgs(t *testing.T) {
	t.Parallel()
	_, err := harness.RunErr(program(nil))
	assert.ErrorContains(t, err, `node group "nodes": 4 errors:
  clusterName: Required value: the EKS cluster the nodes join
  kubernetesVersion: Invalid value: "": must be a Kubernetes minor version such as 1.35, at least 1.31
  role: Required value: what the nodes are for: system, cpu, gpu or spot
  subnetIds: Required value: the private subnets of the nodes
`)
}

// TestImageOfInstance reads families off names as AWS composes them.
func TestImageOfInstance(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		role scheduling.Role
		ami  spec.AMIType
		gpus string
	}{
		"t3.medium":        {"cpu", spec.AMIX86, ""},
		"m7i-flex.large":   {"cpu", spec.AMIX86, ""},
		"x2iezn.metal":     {"cpu", spec.AMIX86, ""},
		"m7i.metal-24xl":   {"cpu", spec.AMIX86, ""},
		"a1.xlarge":        {"cpu", spec.AMIARM, ""},
		"t4g.small":        {"cpu", spec.AMIARM, ""},
		"im4gn.large":      {"cpu", spec.AMIARM, ""},
		"hpc7g.4xlarge":    {"cpu", spec.AMIARM, ""},
		"g4dn.xlarge":      {"gpu", spec.AMIX86NVIDIA, "1"},
		"g4dn.metal":       {"gpu", spec.AMIX86NVIDIA, "8"},
		"g6e.24xlarge":     {"gpu", spec.AMIX86NVIDIA, "4"},
		"gr6.4xlarge":      {"gpu", spec.AMIX86NVIDIA, "1"},
		"g5g.2xlarge":      {"gpu", spec.AMIARMNVIDIA, "1"},
		"p3.8xlarge":       {"gpu", spec.AMIX86NVIDIA, "4"},
		"p5.4xlarge":       {"gpu", spec.AMIX86NVIDIA, "1"},
		"p5en.48xlarge":    {"gpu", spec.AMIX86NVIDIA, "8"},
		"p6-b200.48xlarge": {"gpu", spec.AMIX86NVIDIA, "8"},
	} {
		args := valid.NodeGroup(want.role)
		args.InstanceTypes = []string{name}
		args.MaxSize = 1
		recorder := run(t, args)
		assert.Equal(t, string(want.ami), recorder.One(t, groupToken, "nodes-group").Prop("amiType"), name)
		if want.gpus != "" {
			tag := recorder.One(t, tagToken, "nodes-resources/nvidia.com/gpu")
			assert.Equal(t, want.gpus, tag.Prop("tag.value"), name)
		}
	}
}
