package awsvalues

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/loadbalancercontroller"
	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/components/nodegroup"
	validaddons "github.com/mlops-iac/mlops/tests/harness/valid/addons"
	validcluster "github.com/mlops-iac/mlops/tests/harness/valid/cluster"
	validmetadatastore "github.com/mlops-iac/mlops/tests/harness/valid/metadatastore"
)

// idCases are ids of other kinds of resources, and too few of them.
func idCases() []Case {
	const subnetGroup, allowed = "aws:rds/subnetGroup:SubnetGroup", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	zoneNames := []string{"eu-west-1a", "eu-west-1b"}
	return []Case{
		{
			Name:    "names of zones for subnets of a cluster",
			Args:    args(validcluster.Cluster, func(a *cluster.Args) { a.PrivateSubnetIDs = pulumi.ToStringArray(zoneNames) }, cluster.New),
			Message: `privateSubnetIds[1]: Invalid value: "eu-west-1b": must be an id such as subnet-0123456789abcdef0`,
			Type:    clusterType, Property: "vpcConfig.subnetIds", Value: []any{"eu-west-1a", "eu-west-1b"},
		},
		{
			Name:    "a cluster in one subnet",
			Args:    args(validcluster.Cluster, func(a *cluster.Args) { a.PrivateSubnetIDs = pulumi.ToStringArray([]string{"subnet-a"}) }, cluster.New),
			Message: "privateSubnetIds: Invalid value: 1: must be at least 2",
			Type:    clusterType, Property: "vpcConfig.subnetIds", Value: []any{"subnet-0123456789abcdef0"},
		},
		{
			Name:    "a subnet for the VPC of a cluster",
			Args:    args(validcluster.Cluster, func(a *cluster.Args) { a.VPCID = pulumi.String("subnet-a") }, cluster.New),
			Message: `vpcId: Invalid value: "subnet-a": must be an id such as vpc-0123456789abcdef0`,
			Type:    "aws:ec2/securityGroup:SecurityGroup", Property: "vpcId", Value: "subnet-a",
		},
		{
			Name: "a VPC for the subnet of nodes",
			Args: args(nodes, func(a *nodegroup.Args) {
				a.SubnetIDs = pulumi.ToStringArray([]string{"subnet-a", "vpc-0123456789abcdef0"})
			}, nodegroup.New),
			Message: `subnetIds[1]: Invalid value: "vpc-0123456789abcdef0": must be an id such as subnet-0123456789abcdef0`,
			Type:    groupType, Property: "subnetIds", Value: []any{"subnet-a", "vpc-0123456789abcdef0"},
		},
		{
			Name: "a database in one subnet",
			Args: args(validmetadatastore.MetadataStore, func(a *metadatastore.Args) {
				a.Network.SubnetIDs = pulumi.ToStringArray([]string{"subnet-a"})
			}, metadatastore.New),
			Message: "network.subnetIds: Invalid value: 1: must be at least 2",
			Type:    subnetGroup, Property: "subnetIds", Value: []any{"subnet-0123456789abcdef0"},
		},
		{
			Name: "a range for the security group that reaches a database",
			Args: args(validmetadatastore.MetadataStore, func(a *metadatastore.Args) {
				a.AllowedSecurityGroupIDs = []pulumi.StringInput{pulumi.String("10.0.0.0/16")}
			}, metadatastore.New),
			Message: `allowedSecurityGroupIds[0]: Invalid value: "10.0.0.0/16": must be an id such as sg-0123456789abcdef0`,
			Type:    allowed, Property: "referencedSecurityGroupId", Value: "10.0.0.0/16",
		},
		{
			Name:    "a name for the VPC of load balancers",
			Args:    args(validaddons.LoadBalancerController, func(a *loadbalancercontroller.Args) { a.VPCID = pulumi.String("main") }, loadbalancercontroller.New),
			Message: `vpcId: Invalid value: "main": must be an id such as vpc-0123456789abcdef0`,
		},
	}
}
