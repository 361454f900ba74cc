package nodegroup_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/nodegroup"
	"github.com/mlops-iac/mlops/components/nodegroup/spec"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/nodegroup"
)

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &nodegroup.NodeGroup{}, nodegroup.Args{}, nodegroup.Token)
}

// GPU nodes, of which there are none until a pod asks for one.
func Example() {
	example.PrintResources(func(ctx *pulumi.Context) error {
		_, err := nodegroup.New(ctx, "gpu", &nodegroup.Args{
			NodeGroup: spec.NodeGroup{
				Role: scheduling.RoleGPU, InstanceTypes: []string{"g5.xlarge"}, MaxSize: 2, Zone: "eu-west-1a",
			},
			ClusterName:       pulumi.String("mlops-dev"),
			KubernetesVersion: "1.35",
			SubnetIDs:         pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}),
			Zones:             []string{"eu-west-1a", "eu-west-1b"},
		})
		return err
	}, valid.AutoScalingGroups())
	// Output:
	// mlops:index:NodeGroup gpu
	//   aws:autoscaling/tag:Tag gpu-label/accelerator
	//   aws:autoscaling/tag:Tag gpu-label/k8s.amazonaws.com/accelerator
	//   aws:autoscaling/tag:Tag gpu-label/mlops.io/node-role
	//   aws:autoscaling/tag:Tag gpu-resources/ephemeral-storage
	//   aws:autoscaling/tag:Tag gpu-resources/nvidia.com/gpu
	//   aws:autoscaling/tag:Tag gpu-taint/nvidia.com/gpu
	//   aws:ec2/launchTemplate:LaunchTemplate gpu-template
	//   aws:eks/nodeGroup:NodeGroup gpu-group
	//   aws:iam/role:Role gpu-role
	//   aws:iam/rolePolicyAttachment:RolePolicyAttachment gpu-AmazonEC2ContainerRegistryPullOnly
	//   aws:iam/rolePolicyAttachment:RolePolicyAttachment gpu-AmazonEKSWorkerNodePolicy
}
