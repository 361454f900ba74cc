// Package valid has valid arguments for the tests of nodegroup, which change what they are about.
package valid

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	clusterspec "github.com/mlops-iac/mlops/components/cluster/spec"
	"github.com/mlops-iac/mlops/components/nodegroup"
	"github.com/mlops-iac/mlops/components/nodegroup/spec"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/tests/harness"
)

// NodeGroup returns arguments nodegroup.New accepts for a role.
func NodeGroup(role scheduling.Role) *nodegroup.Args {
	return &nodegroup.Args{
		NodeGroup:         spec.NodeGroup{Role: role},
		ClusterName:       pulumi.String("platform-test"),
		KubernetesVersion: clusterspec.DefaultVersion,
		SubnetIDs:         pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}),
		Zones:             []string{harness.Region + "a", harness.Region + "b"},
		Tags:              harness.Tags(),
	}
}

// NodeGroupRef returns the Ref of a node group made elsewhere.
func NodeGroupRef() nodegroup.Ref {
	return nodegroup.Ref{
		Name: pulumi.String("cpu").ToStringOutput(),
		ARN: pulumi.String("arn:aws:eks:" + harness.Region + ":" + harness.Account +
			":nodegroup/platform-test/cpu/1").ToStringOutput(),
		RoleARN:               pulumi.String("arn:aws:iam::" + harness.Account + ":role/cpu").ToStringOutput(),
		AutoScalingGroupNames: pulumi.ToStringArray([]string{"eks-cpu"}).ToStringArrayOutput(),
	}
}

// ClustersLookup asks which clusters there are, before a node group is asked about.
const ClustersLookup = "aws:eks/getClusters:getClusters"

// NoClusters makes a mocked run answer that no cluster exists yet, so that nothing
// is asked about its nodes.
func NoClusters() harness.Option {
	return harness.WithCall(ClustersLookup, resource.PropertyMap{"names": harness.List()})
}

// Existing makes a mocked run answer that one node group of a cluster exists, with
// these sizes.
func Existing(cluster, group string, sizes nodegroup.Sizes) harness.Option {
	number := func(n int) resource.PropertyValue { return resource.NewProperty(float64(n)) }
	scaling := resource.NewProperty(resource.PropertyMap{
		"minSize": number(sizes.MinSize), "maxSize": number(sizes.MaxSize), "desiredSize": number(sizes.MinSize),
	})
	behind := resource.NewProperty(resource.PropertyMap{"autoscalingGroups": harness.List(harness.Object("name", "eks-"+group))})
	return harness.Together(
		harness.WithCall(ClustersLookup, resource.PropertyMap{"names": harness.List(resource.NewProperty(cluster))}),
		harness.WithCall("aws:eks/getNodeGroups:getNodeGroups", resource.PropertyMap{
			"names": harness.List(resource.NewProperty(group+"-1a2b3c4"), resource.NewProperty(group+"-of-another")),
		}),
		harness.WithCall("aws:eks/getNodeGroup:getNodeGroup", resource.PropertyMap{
			"scalingConfigs": harness.List(scaling), "resources": harness.List(behind),
		}),
		// EKS is behind: the number of nodes is that of the scaling group.
		harness.WithCall("aws:autoscaling/getGroup:getGroup", resource.PropertyMap{"desiredCapacity": number(sizes.Nodes)}),
	)
}

// AutoScalingGroups makes a mocked run answer for node groups what EKS would.
// Without it the autoscaler tags of a group that scales to zero are an error in
// a normal run.
func AutoScalingGroups() harness.Option {
	return harness.WithOutputs("aws:eks/nodeGroup:NodeGroup", func(name string, _ resource.PropertyMap) resource.PropertyMap {
		return resource.PropertyMap{
			"nodeGroupName": resource.NewProperty(name),
			"resources": harness.List(resource.NewProperty(resource.PropertyMap{
				"autoscalingGroups": harness.List(harness.Object("name", "eks-"+name)),
			})),
		}
	})
}
