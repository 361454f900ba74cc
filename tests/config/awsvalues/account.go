package awsvalues

import (
	"github.com/mlops-iac/mlops/components/addons/clusterautoscaler"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/addons"
)

const awsProvider = "pulumi:providers:aws"

func accountCases() []Case {
	return []Case{
		{
			Name: "a region that does not exist", Settings: set("aws.region", "eu-west-9"),
			Message: `aws.region: Invalid value: "eu-west-9": must be an AWS region`,
			Type:    awsProvider, Property: "region", Value: "eu-west-9",
		},
		{
			Name: "a zone for a region", Settings: set("aws.region", "eu-west-1a"),
			Message: `aws.region: Invalid value: "eu-west-1a": must be an AWS region`,
			Type:    awsProvider, Property: "region", Value: "eu-west-1a",
		},
		{
			Name:    "a region of an add-on that does not exist",
			Args:    args(valid.ClusterAutoscaler, func(a *clusterautoscaler.Args) { a.Region = "europe-west1" }, clusterautoscaler.New),
			Message: `region: Invalid value: "europe-west1": must be an AWS region`,
		},
		{
			Name: "an account id of eleven digits", Settings: set("aws.accountId", "11111111111"),
			Message: `aws.accountId: Invalid value: "11111111111": must be 12 digits`,
			Type:    awsProvider, Property: "allowedAccountIds[0]", Value: "11111111111",
		},
		{
			Name: "an account id with hyphens", Settings: set("aws.accountId", "1111-1111-1111"),
			Message: `aws.accountId: Invalid value: "1111-1111-1111": must be 12 digits`,
			Type:    awsProvider, Property: "allowedAccountIds[0]", Value: "1111-1111-1111",
		},
		{
			Name: "a partition the region is not in", Settings: set("aws.partition", "aws-cn"),
			Message: `aws.partition: Invalid value: "aws-cn": must be aws, the partition of eu-west-1`,
			Type:    "aws:iam/rolePolicyAttachment:RolePolicyAttachment", Property: "policyArn",
			Value: "arn:aws-cn:iam::aws:policy/AmazonEKSWorkerNodePolicy",
		},
		{
			Name: "a user for the role to deploy with", Settings: set("aws.deployRoleArn", "arn:aws:iam::111111111111:user/ci"),
			Message: `aws.deployRoleArn: Invalid value: "arn:aws:iam::111111111111:user/ci": must be the ARN of an IAM role`,
			Type:    awsProvider, Property: "assumeRole.roleArn", Value: "arn:aws:iam::111111111111:user/ci",
		},
	}
}
