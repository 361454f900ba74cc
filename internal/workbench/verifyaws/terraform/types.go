package terraform

import (
	"maps"
	"slices"
)

// types maps the type tokens of pulumi-aws to the resource types of the provider.
// The tokens follow no rule that would give the one from the other.
var types = map[string]string{
	"aws:autoscaling/schedule:Schedule":                                    "aws_autoscaling_schedule",
	"aws:autoscaling/tag:Tag":                                              "aws_autoscaling_group_tag",
	"aws:budgets/budget:Budget":                                            "aws_budgets_budget",
	"aws:cloudwatch/logGroup:LogGroup":                                     "aws_cloudwatch_log_group",
	"aws:cloudwatch/logMetricFilter:LogMetricFilter":                       "aws_cloudwatch_log_metric_filter",
	"aws:cloudwatch/metricAlarm:MetricAlarm":                               "aws_cloudwatch_metric_alarm",
	"aws:cloudwatch/queryDefinition:QueryDefinition":                       "aws_cloudwatch_query_definition",
	"aws:costexplorer/costAllocationTag:CostAllocationTag":                 "aws_ce_cost_allocation_tag",
	"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup":                    "aws_default_security_group",
	"aws:ec2/eip:Eip":                                                      "aws_eip",
	"aws:ec2/flowLog:FlowLog":                                              "aws_flow_log",
	"aws:ec2/internetGateway:InternetGateway":                              "aws_internet_gateway",
	"aws:ec2/launchTemplate:LaunchTemplate":                                "aws_launch_template",
	"aws:ec2/natGateway:NatGateway":                                        "aws_nat_gateway",
	"aws:ec2/networkAcl:NetworkAcl":                                        "aws_network_acl",
	"aws:ec2/route:Route":                                                  "aws_route",
	"aws:ec2/routeTable:RouteTable":                                        "aws_route_table",
	"aws:ec2/routeTableAssociation:RouteTableAssociation":                  "aws_route_table_association",
	"aws:ec2/securityGroup:SecurityGroup":                                  "aws_security_group",
	"aws:ec2/securityGroupRule:SecurityGroupRule":                          "aws_security_group_rule",
	"aws:ec2/subnet:Subnet":                                                "aws_subnet",
	"aws:ec2/vpc:Vpc":                                                      "aws_vpc",
	"aws:ec2/vpcEndpoint:VpcEndpoint":                                      "aws_vpc_endpoint",
	"aws:ecr/lifecyclePolicy:LifecyclePolicy":                              "aws_ecr_lifecycle_policy",
	"aws:ecr/repository:Repository":                                        "aws_ecr_repository",
	"aws:ecr/repositoryPolicy:RepositoryPolicy":                            "aws_ecr_repository_policy",
	"aws:eks/accessEntry:AccessEntry":                                      "aws_eks_access_entry",
	"aws:eks/accessPolicyAssociation:AccessPolicyAssociation":              "aws_eks_access_policy_association",
	"aws:eks/addon:Addon":                                                  "aws_eks_addon",
	"aws:eks/cluster:Cluster":                                              "aws_eks_cluster",
	"aws:eks/nodeGroup:NodeGroup":                                          "aws_eks_node_group",
	"aws:eks/podIdentityAssociation:PodIdentityAssociation":                "aws_eks_pod_identity_association",
	"aws:iam/openIdConnectProvider:OpenIdConnectProvider":                  "aws_iam_openid_connect_provider",
	"aws:iam/role:Role":                                                    "aws_iam_role",
	"aws:iam/rolePolicy:RolePolicy":                                        "aws_iam_role_policy",
	"aws:iam/rolePolicyAttachment:RolePolicyAttachment":                    "aws_iam_role_policy_attachment",
	"aws:kms/alias:Alias":                                                  "aws_kms_alias",
	"aws:kms/key:Key":                                                      "aws_kms_key",
	"aws:rds/instance:Instance":                                            "aws_db_instance",
	"aws:rds/parameterGroup:ParameterGroup":                                "aws_db_parameter_group",
	"aws:rds/subnetGroup:SubnetGroup":                                      "aws_db_subnet_group",
	"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2": "aws_s3_bucket_lifecycle_configuration",
	"aws:s3/bucketLoggingV2:BucketLoggingV2":                               "aws_s3_bucket_logging",
	"aws:s3/bucketOwnershipControls:BucketOwnershipControls":               "aws_s3_bucket_ownership_controls",
	"aws:s3/bucketPolicy:BucketPolicy":                                     "aws_s3_bucket_policy",
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":               "aws_s3_bucket_public_access_block",
	"aws:s3/bucketReplicationConfig:BucketReplicationConfig":               "aws_s3_bucket_replication_configuration",
	"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": "aws_s3_bucket_server_side_encryption_configuration",
	"aws:s3/bucketV2:BucketV2":                                  "aws_s3_bucket",
	"aws:s3/bucketVersioningV2:BucketVersioningV2":              "aws_s3_bucket_versioning",
	"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "aws_vpc_security_group_ingress_rule",
}

// Type returns the provider's resource type of a Pulumi type token.
func Type(token string) (string, bool) {
	name, known := types[token]
	return name, known
}

// Tokens lists the Pulumi types that can be converted.
func Tokens() []string { return slices.Sorted(maps.Keys(types)) }

// renamed lists the fields that pulumi-aws calls something else than the rule
// for names gives, by "type.field".
var renamed = map[string]string{
	"aws_cloudwatch_metric_alarm.alarm_name": "name",
}

// generated lists the fields besides "name" that pulumi-aws fills with the
// Pulumi name and seven random digits when they are not set, by type.
var generated = map[string]string{
	"aws_cloudwatch_metric_alarm": "alarm_name",
	"aws_db_instance":             "identifier",
	"aws_s3_bucket":               "bucket",
}
