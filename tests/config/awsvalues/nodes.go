package awsvalues

import (
	"fmt"
	"slices"

	"github.com/mlops-iac/mlops/components/nodegroup"
	"github.com/mlops-iac/mlops/components/scheduling"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/nodegroup"
)

const (
	groupType    = "aws:eks/nodeGroup:NodeGroup"
	templateType = "aws:ec2/launchTemplate:LaunchTemplate"
)

// nodes returns valid arguments of a group on demand.
func nodes() *nodegroup.Args { return valid.NodeGroup(scheduling.RoleCPU) }

// instanceCase is a wrong instance type of the group cpu.
func instanceCase(name, instance, rule string) Case {
	return Case{
		Name: name, Settings: set("nodeGroups.cpu.instanceTypes", []any{instance}),
		Message: fmt.Sprintf("nodeGroups[cpu].instanceTypes[0]: Invalid value: %q: %s", instance, rule),
		Type:    groupType, Property: "instanceTypes", Value: []any{instance},
	}
}

// sizeCase is a wrong number of the group cpu.
func sizeCase(name, key string, value int, rule, property string) Case {
	return Case{
		Name: name, Settings: set("nodeGroups.cpu."+key, value),
		Message: fmt.Sprintf("nodeGroups[cpu].%s: Invalid value: %d: %s", key, value, rule),
		Type:    groupType, Property: property, Value: value,
	}
}

func nodeCases() []Case { return slices.Concat(instanceCases(), imageCases(), sizeCases()) }

func instanceCases() []Case {
	const form = "must be an EC2 instance type such as m6i.large"
	return []Case{
		instanceCase("an instance type without a dot", "m5large", form),
		instanceCase("an instance size that is misspelt", "m6i.xlargee", form),
		instanceCase("an instance series that does not exist", "n6i.large", form),
		instanceCase("an instance type of RDS", "db.m6i.large", form),
		instanceCase("a GPU instance with an image without drivers", "g5.xlarge", "must not have GPUs in a group of role cpu"),
		{
			Name: "an instance size the family does not have", Settings: set("nodeGroups.cpu.instanceTypes", []any{"m6i.medium"}),
			Type: groupType, Property: "instanceTypes", Value: []any{"m6i.medium"}, Stop: Nowhere,
			Reason: "EC2 adds types every few weeks; a list here would refuse each of them until the next release",
		},
		{
			Name: "a kind of capacity that does not exist", Settings: set("nodeGroups.cpu.capacityType", "ONDEMAND"),
			Message: `nodeGroups[cpu].capacityType: Unsupported value: "ONDEMAND"`,
			Type:    groupType, Property: "capacityType", Value: "ONDEMAND",
		},
		{
			Name: "Intel and Graviton in one group", Settings: set("nodeGroups.cpu.instanceTypes", []any{"m6i.large", "m6g.large"}),
			Message: `nodeGroups[cpu].instanceTypes[1]: Invalid value: "m6g.large": must have the same architecture as m6i.large`,
			Type:    groupType, Property: "instanceTypes", Value: []any{"m6i.large", "m6g.large"},
		},
	}
}

func imageCases() []Case {
	return []Case{
		{
			Name: "an image that ended", Settings: set("nodeGroups.cpu.amiType", "AL2_x86_64"),
			Message: `nodeGroups[cpu].amiType: Invalid value: "AL2_x86_64": must be an AL2023 image`,
			Type:    groupType, Property: "amiType", Value: "AL2_x86_64",
		},
		{
			Name: "an image for another processor", Settings: set("nodeGroups.cpu.amiType", "AL2023_ARM_64_STANDARD"),
			Message: `nodeGroups[cpu].amiType: Invalid value: "AL2023_ARM_64_STANDARD": must be AL2023_x86_64_STANDARD for m6i.large`,
			Type:    groupType, Property: "amiType", Value: "AL2023_ARM_64_STANDARD",
		},
		{
			Name: "an image without the drivers of the GPU", Settings: set("nodeGroups.gpu.amiType", "AL2023_x86_64_STANDARD"),
			Message: `nodeGroups[gpu].amiType: Invalid value: "AL2023_x86_64_STANDARD": must be AL2023_x86_64_NVIDIA for g5.xlarge`,
			Type:    groupType, Property: "amiType", Value: "AL2023_x86_64_STANDARD",
		},
		{
			Name: "an image that does not exist", Settings: set("nodeGroups.cpu.amiType", "AL2023_X86_64"),
			Message: `nodeGroups[cpu].amiType: Unsupported value: "AL2023_X86_64"`,
			Type:    groupType, Property: "amiType", Value: "AL2023_X86_64",
		},
		{
			Name:    "a release of images for another Kubernetes",
			Args:    args(nodes, func(a *nodegroup.Args) { a.ReleaseVersion = "1.33.5-20260105" }, nodegroup.New),
			Message: `releaseVersion: Invalid value: "1.33.5-20260105": must be a release of images for Kubernetes 1.35`,
			Type:    groupType, Property: "releaseVersion", Value: "1.33.5-20260105",
		},
		{
			Name:    "nodes too old for any cluster",
			Args:    args(nodes, func(a *nodegroup.Args) { a.KubernetesVersion = "1.29" }, nodegroup.New),
			Message: `kubernetesVersion: Invalid value: "1.29": must be a Kubernetes minor version such as 1.35, at least 1.31`,
			Type:    groupType, Property: "version", Value: "1.29",
		},
	}
}

func sizeCases() []Case {
	const disk = "must be 20 to 16384"
	cases := []Case{
		sizeCase("fewer nodes than none", "minSize", -1, "must be >= 0", "scalingConfig.minSize"),
		sizeCase("no node at most", "maxSize", 0, "must be 1 to 450", "scalingConfig.maxSize"),
		sizeCase("more nodes at least than at most", "minSize", 5, "", "scalingConfig.minSize"),
		sizeCase("more nodes than a group can have", "maxSize", 451, "must be 1 to 450", "scalingConfig.maxSize"),
		sizeCase("more nodes wanted than at most", "desiredSize", 9, "must be <= maxSize (4)", "scalingConfig.desiredSize"),
		sizeCase("a disk of nothing", "diskSizeGiB", -1, disk, "blockDeviceMappings[0].ebs.volumeSize"),
		sizeCase("a disk larger than EBS has", "diskSizeGiB", 16385, disk, "blockDeviceMappings[0].ebs.volumeSize"),
	}
	for i, c := range cases {
		switch c.Name {
		case "more nodes at least than at most":
			cases[i].Message = "nodeGroups[cpu].maxSize: Invalid value: 4: must be >= minSize (5)"
		case "a disk of nothing", "a disk larger than EBS has":
			cases[i].Type = templateType
		}
	}
	return cases
}
