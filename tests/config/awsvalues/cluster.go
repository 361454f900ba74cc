package awsvalues

import (
	"slices"
	"strings"

	"github.com/mlops-iac/mlops/components/cluster"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/cluster"
)

const (
	addonType = "aws:eks/addon:Addon"
	keyType   = "aws:kms/key:Key"
)

func clusterCases() []Case {
	return slices.Concat(versionCases(), clusterNameCases(), addonCases(), []Case{
		{
			Name: "control-plane logs for 31 days", Settings: set("cluster.logRetentionDays", 31),
			Message: `cluster.logRetentionDays: Invalid value: 31: must be one of 1, 3, 5, 7`,
			Type:    logGroupType, Property: "retentionInDays", Value: 31,
		},
		deletionCase("a key deleted after 6 days", 6),
		deletionCase("a key deleted after 31 days", 31),
	})
}

func versionCases() []Case {
	const version = "must be a Kubernetes minor version of at least 1.34"
	return []Case{
		{
			Name: "a Kubernetes version that ended", Settings: set("cluster.version", "1.29"),
			Message: `cluster.version: Invalid value: "1.29": ` + version, Type: clusterType, Property: "version", Value: "1.29",
		},
		{
			Name: "a Kubernetes version with a digit too many", Settings: set("cluster.version", "1.350"),
			Message: `cluster.version: Invalid value: "1.350": ` + version, Type: clusterType, Property: "version", Value: "1.350",
		},
		{
			Name: "a Kubernetes version with a patch", Settings: set("cluster.version", "1.35.2"),
			Message: `cluster.version: Invalid value: "1.35.2": ` + version, Type: clusterType, Property: "version", Value: "1.35.2",
		},
		{
			Name: "a Kubernetes version yet to come", Settings: set("cluster.version", "1.99"),
			Type: clusterType, Property: "version", Value: "1.99", Stop: Nowhere,
			Reason: "EKS adds a version three times a year; a list here would refuse each of them until the next release",
		},
		{
			Name:    "a cluster component with a digit too many in its version",
			Args:    args(valid.Cluster, func(a *cluster.Args) { a.Version = "1.350" }, cluster.New),
			Message: `version: Invalid value: "1.350": ` + version, Type: clusterType, Property: "version", Value: "1.350",
		},
	}
}

func clusterNameCases() []Case {
	const name = "must be 1 to 100 letters, digits, - and _"
	long := strings.Repeat("a", 101)
	return []Case{
		{
			Name:    "a cluster name with a dot",
			Args:    args(valid.Cluster, func(a *cluster.Args) { a.Name = "ml.ops" }, cluster.New),
			Message: `name: Invalid value: "ml.ops": ` + name, Type: clusterType, Property: "name", Value: "ml.ops",
		},
		{
			Name:    "a cluster name of 101 characters",
			Args:    args(valid.Cluster, func(a *cluster.Args) { a.Name = long }, cluster.New),
			Message: `name: Invalid value: "` + long + `": ` + name, Type: clusterType, Property: "name", Value: long,
		},
		{
			Name:    "a component whose roles have names too long for IAM",
			Args:    named(long[:50], valid.Cluster, func(*cluster.Args) {}, cluster.New),
			Message: `name: Too long: may not be more than 43 bytes`,
			Type:    roleType, Property: "name", Value: long[:50] + "-vpc-cni-role-1234567",
		},
		{
			Name:    "add-ons whose roles have names too long for IAM",
			Args:    named(long[:33], valid.ClusterAddons, func(*cluster.AddonsArgs) {}, cluster.NewAddons),
			Message: `name: Too long: may not be more than 32 bytes`,
			Type:    roleType, Property: "name", Value: long[:33] + "-aws-ebs-csi-driver-role-1234567",
		},
	}
}

func addonCases() []Case {
	return []Case{
		{
			Name: "an EKS add-on that does not exist", Settings: set("cluster.addonVersions", map[string]any{"core-dns": "v1.12.4-eksbuild.1"}),
			Message: `cluster.addonVersions[core-dns]: Unsupported value: "core-dns"`,
			Type:    addonType, Property: "addonName", Value: "core-dns",
		},
		{
			Name: "an add-on version without EKS' build", Settings: set("cluster.addonVersions", map[string]any{"coredns": "1.12.4"}),
			Message: `cluster.addonVersions[coredns]: Invalid value: "1.12.4": must be an EKS add-on version such as`,
			Type:    addonType, Property: "addonVersion", Value: "1.12.4",
		},
		{
			Name: "an add-on version that was never built", Settings: set("cluster.addonVersions", map[string]any{"coredns": "v0.0.1-eksbuild.1"}),
			Type: addonType, Property: "addonVersion", Value: "v0.0.1-eksbuild.1", Stop: Nowhere,
			Reason: "EKS builds versions every few weeks, and which of them go with a Kubernetes version only EKS knows",
		},
	}
}

func deletionCase(name string, days int) Case {
	return Case{
		Name: name, Args: args(valid.Cluster, func(a *cluster.Args) { a.SecretsKeyDeletionDays = days }, cluster.New),
		Message: "must be 7 to 30", Type: keyType, Property: "deletionWindowInDays", Value: days,
	}
}
