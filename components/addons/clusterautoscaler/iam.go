package clusterautoscaler

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
)

// clusterTag is what EKS puts on the auto-scaling group of a managed node group.
const clusterTag = "aws:ResourceTag/eks:cluster-name"

// Statements are the permissions of the autoscaler of one cluster. partition is
// "aws", "aws-cn" or "aws-us-gov".
func Statements(partition string, clusterName pulumi.StringInput) []iampolicy.Statement {
	groups := "arn:" + partition + ":autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/*"
	return []iampolicy.Statement{
		{
			Sid: "Discover",
			Actions: []string{
				"autoscaling:DescribeAutoScalingGroups",
				"autoscaling:DescribeAutoScalingInstances",
				"autoscaling:DescribeLaunchConfigurations",
				"autoscaling:DescribeScalingActivities",
				"autoscaling:DescribeTags",
				"ec2:DescribeImages",
				"ec2:DescribeInstanceTypes",
				"ec2:DescribeLaunchTemplateVersions",
				"ec2:GetInstanceTypesFromInstanceRequirements",
			},
			// None of these actions supports resource-level permissions.
			Resources: iampolicy.Strings("*"),
		},
		{
			Sid:       "ReadNodeGroups",
			Actions:   []string{"eks:DescribeNodegroup"},
			Resources: []pulumi.StringInput{pulumi.Sprintf("arn:%s:eks:*:*:nodegroup/%s/*/*", partition, clusterName)},
		},
		{
			Sid:       "Scale",
			Actions:   []string{"autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"},
			Resources: iampolicy.Strings(groups),
			Conditions: iampolicy.Conditions{
				"StringEquals": {clusterTag: {clusterName}},
			},
		},
	}
}
