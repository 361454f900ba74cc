package valid

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/components/nodegroup"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/tests/pulumitest"
)

// NodeGroup returns arguments nodegroup.New accepts for a role.
func NodeGroup(role scheduling.Role) *nodegroup.Args {
	args := &nodegroup.Args{
		Role:              role,
		ClusterName:       pulumi.String("platform-test"),
		KubernetesVersion: cluster.DefaultVersion,
		Tags:              eksTags(),
	}
	if role == scheduling.RoleGPU {
		args.SubnetID = pulumi.String("subnet-a")
	} else {
		args.SubnetIDs = pulumi.ToStringArray([]string{"subnet-a", "subnet-b"})
	}
	return args
}

// NodeGroupRef returns the Ref of a node group made elsewhere.
func NodeGroupRef() nodegroup.Ref {
	return nodegroup.Ref{
		Name: pulumi.String("cpu").ToStringOutput(),
		ARN: pulumi.String("arn:aws:eks:" + pulumitest.Region + ":" + pulumitest.Account +
			":nodegroup/platform-test/cpu/1").ToStringOutput(),
		RoleARN:               pulumi.String("arn:aws:iam::" + pulumitest.Account + ":role/cpu").ToStringOutput(),
		AutoScalingGroupNames: pulumi.ToStringArray([]string{"eks-cpu"}).ToStringArrayOutput(),
	}
}

// AutoScalingGroups makes a mocked run answer for node groups what EKS would.
// Without it the autoscaler tags of a group that scales to zero are an error in
// a normal run.
func AutoScalingGroups() pulumitest.Option {
	return pulumitest.WithOutputs("aws:eks/nodeGroup:NodeGroup", func(name string, _ resource.PropertyMap) resource.PropertyMap {
		return resource.PropertyMap{
			"nodeGroupName": resource.NewProperty(name),
			"resources": list(resource.NewProperty(resource.PropertyMap{
				"autoscalingGroups": list(object("name", "eks-"+name)),
			})),
		}
	})
}
