package awsvalues

import (
	"slices"

	"github.com/mlops-iac/mlops/components/network"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/network"
)

const (
	subnetType   = "aws:ec2/subnet:Subnet"
	endpointType = "aws:ec2/vpcEndpoint:VpcEndpoint"
	logGroupType = "aws:cloudwatch/logGroup:LogGroup"
)

// zones names two zones; the stack file has no ids for them.
func zones(names ...any) func(map[string]any) {
	return func(file map[string]any) {
		set("network.zones", names)(file)
		set("cluster.zones", names)(file)
		settings := file["config"].(map[string]any)["mlops:platform"].(map[string]any)
		delete(settings["network"].(map[string]any), "zoneCount")
	}
}

func networkCases() []Case {
	return slices.Concat(idCases(), zoneCases(), endpointCases(), flowLogCases())
}

func zoneCases() []Case {
	return []Case{
		{
			Name: "a zone of another region", Settings: zones("eu-west-1a", "eu-central-1b"),
			Message: `network.zones[1]: Invalid value: "eu-central-1b": must be an availability zone of eu-west-1`,
			Type:    subnetType, Property: "availabilityZone", Value: "eu-central-1b",
		},
		{
			Name: "a local zone", Settings: zones("eu-west-1a", "eu-west-1-lhr-1a"),
			Message: `network.zones[1]: Invalid value: "eu-west-1-lhr-1a": must be an availability zone of eu-west-1`,
			Type:    subnetType, Property: "availabilityZone", Value: "eu-west-1-lhr-1a",
		},
		{
			Name: "a seventh zone", Settings: zones("eu-west-1a", "eu-west-1g"),
			Message: `network.zones[1]: Invalid value: "eu-west-1g": must be an availability zone of eu-west-1`,
			Type:    subnetType, Property: "availabilityZone", Value: "eu-west-1g",
		},
		{
			Name:     "a letter that the region's zones do not have",
			Settings: zones("eu-west-1a", "eu-west-1e"),
			Type:     subnetType, Property: "availabilityZone", Value: "eu-west-1e", Stop: Nowhere,
			Reason: "which letters there are differs between accounts in the older regions, and only EC2 knows them",
		},
		{
			Name: "a zone without EKS", Settings: set("network.zoneIds", []any{"euw1-az1", "use1-az3"}),
			Message: `network.zoneIds[1]: Invalid value: "use1-az3": must not be use1-az3, usw1-az2, cac1-az3: EKS cannot run there`,
		},
		{
			Name: "a zone id of another region", Settings: set("network.zoneIds", []any{"euw1-az1", "usw2-az2"}),
			Message: `network.zoneIds[1]: Invalid value: "usw2-az2": must be a zone id of eu-west-1, such as euw1-az1`,
		},
	}
}

func endpointCases() []Case {
	return []Case{
		{
			Name: "an endpoint with a hyphen too many", Settings: set("network.interfaceEndpoints", []any{"ecr.-api"}),
			Message: `network.interfaceEndpoints[0]: Invalid value: "ecr.-api": must be the short name of an AWS service`,
			Type:    endpointType, Property: "serviceName", Value: "com.amazonaws.eu-west-1.ecr.-api",
		},
		{
			Name: "an endpoint that has no private name", Settings: set("network.interfaceEndpoints", []any{"com.amazonaws.eu-west-1.dynamodb"}),
			Message: `network.interfaceEndpoints[0]: Invalid value: "com.amazonaws.eu-west-1.dynamodb": must not be dynamodb: its interface endpoint has no private name`,
			Type:    endpointType, Property: "serviceName", Value: "com.amazonaws.eu-west-1.dynamodb",
		},
		{
			Name: "an endpoint that only China has", Settings: set("network.interfaceEndpoints", []any{"cn.com.amazonaws.eu-west-1.sts"}),
			Message: `network.interfaceEndpoints[0]: Invalid value: "cn.com.amazonaws.eu-west-1.sts": must be a service of region eu-west-1`,
			Type:    endpointType, Property: "serviceName", Value: "cn.com.amazonaws.eu-west-1.sts",
		},
		{
			Name: "a service that does not exist", Settings: set("network.interfaceEndpoints", []any{"ecr.apii"}),
			Type: endpointType, Property: "serviceName", Value: "com.amazonaws.eu-west-1.ecr.apii", Stop: Nowhere,
			Reason: "AWS has hundreds of endpoint services, and which of them a region has only EC2 knows",
		},
		{
			Name: "an endpoint service of another region",
			Args: args(valid.Network, func(a *network.Args) {
				a.InterfaceEndpoints = []string{"com.amazonaws.eu-central-1.ecr.api"}
			}, network.New),
			Message: `interfaceEndpoints[0]: Invalid value: "com.amazonaws.eu-central-1.ecr.api": must be a service of region eu-west-1`,
			Type:    endpointType, Property: "serviceName", Value: "com.amazonaws.eu-central-1.ecr.api",
		},
	}
}

func flowLogCases() []Case {
	return []Case{
		{
			Name:    "flow logs every 61 seconds",
			Args:    args(valid.Network, func(a *network.Args) { a.FlowLogsAggregationSeconds = 61 }, network.New),
			Message: `flowLogsAggregationSeconds: Invalid value: 61: must be 60 or 600`,
			Type:    "aws:ec2/flowLog:FlowLog", Property: "maxAggregationInterval", Value: 61,
		},
		{
			Name: "flow logs for 31 days", Settings: set("network.flowLogsRetentionDays", 31),
			Message: `network.flowLogsRetentionDays: Invalid value: 31: must be one of 1, 3, 5, 7`,
			Type:    logGroupType, Property: "retentionInDays", Value: 31,
		},
	}
}
