package awsvalues

import (
	"fmt"

	"github.com/mlops-iac/mlops/components/network"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/network"
)

const (
	vpcType     = "aws:ec2/vpc:Vpc"
	clusterType = "aws:eks/cluster:Cluster"
	serviceCIDR = "kubernetesNetworkConfig.serviceIpv4Cidr"
	publicCIDRs = "vpcConfig.publicAccessCidrs"
)

// vpcCase is a wrong range of the VPC.
func vpcCase(name, cidr, rule string) Case {
	return Case{
		Name: name, Settings: set("network.cidr", cidr),
		Message: fmt.Sprintf("network.cidr: Invalid value: %q: %s", cidr, rule),
		Type:    vpcType, Property: "cidrBlock", Value: cidr,
	}
}

// serviceCase is a wrong range of Services.
func serviceCase(name, cidr, rule string) Case {
	return Case{
		Name: name, Settings: set("cluster.serviceCidr", cidr),
		Message: fmt.Sprintf("cluster.serviceCidr: Invalid value: %q: %s", cidr, rule),
		Type:    clusterType, Property: serviceCIDR, Value: cidr,
	}
}

// publicCase is a wrong range of callers of the Kubernetes API.
func publicCase(name, cidr, rule string) Case {
	return Case{
		Name: name, Settings: set("cluster.publicAccessCidrs", []any{cidr}),
		Message: fmt.Sprintf("cluster.publicAccessCidrs[0]: Invalid value: %q: %s", cidr, rule),
		Type:    clusterType, Property: publicCIDRs, Value: []any{cidr},
	}
}

func rangeCases() []Case {
	const notIPv4, size = "must be an IPv4 range without host bits", "must be /16 to /22"
	return []Case{
		vpcCase("a VPC with more bits than IPv4 has", "10.0.0.0/33", notIPv4),
		vpcCase("a VPC larger than AWS allows", "10.0.0.0/15", size),
		vpcCase("a VPC smaller than AWS allows", "10.0.0.0/29", size),
		vpcCase("a VPC with host bits", "10.0.0.1/16", notIPv4),
		vpcCase("a VPC of somebody's public addresses", "8.8.0.0/16", "must lie in 10.0.0.0/8"),
		vpcCase("a VPC of IPv6", "fd00::/56", notIPv4),
		vpcCase("an address for a VPC", "10.0.0.0", notIPv4),
		{
			Name:    "a network component with a VPC larger than AWS allows",
			Args:    args(valid.Network, func(a *network.Args) { a.CIDR = "10.0.0.0/15" }, network.New),
			Message: `cidr: Invalid value: "10.0.0.0/15": must be /16 to /22: AWS has no larger VPC`,
			Type:    vpcType, Property: "cidrBlock", Value: "10.0.0.0/15",
		},
		serviceCase("services inside the VPC", "10.0.0.0/20", "must not overlap network.cidr (10.0.0.0/16)"),
		serviceCase("services with host bits", "172.16.0.0/11", notIPv4),
		serviceCase("a range of services larger than /12", "10.0.0.0/8", "must be /12 to /24"),
		serviceCase("a range of services smaller than /24", "172.20.0.0/25", "must be /12 to /24"),
		serviceCase("services with public addresses", "8.8.8.0/24", "must lie in 10.0.0.0/8"),
		publicCase("an API open to everybody", "0.0.0.0/0", "must be /8 or narrower"),
		publicCase("an API open to private addresses", "10.1.0.0/16", "must be addresses of the internet"),
		publicCase("an API open to IPv6", "2001:db8::/32", notIPv4),
		{
			Name: "an API open to more ranges than EKS allows", Settings: set("cluster.publicAccessCidrs", manyRanges()),
			Message: `cluster.publicAccessCidrs: Too many: 41: must have at most 40 items`,
			Type:    clusterType, Property: publicCIDRs, Value: manyRanges(),
		},
	}
}

func manyRanges() []any {
	ranges := make([]any, 41)
	for i := range ranges {
		ranges[i] = fmt.Sprintf("198.18.%d.0/24", i)
	}
	return ranges
}
