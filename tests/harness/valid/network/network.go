// Package valid has valid arguments for the tests of network, which change what they are about.
package valid

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/network"
	"github.com/mlops-iac/mlops/components/network/spec"
	"github.com/mlops-iac/mlops/tests/harness"
)

// Network returns arguments of a two-zone network with one NAT gateway.
func Network() *network.Args {
	return &network.Args{
		Network:     spec.Network{Zones: []string{harness.Region + "a", harness.Region + "b"}},
		Region:      harness.Region,
		AccountID:   harness.Account,
		ClusterName: "mlops-test",
		Tags: map[string]string{
			"project": "mlops", "environment": "test", "owner": "ml-platform",
			"cost-center": "ml-001", "managed-by": "pulumi",
		},
	}
}

// NetworkRef returns the Ref of a two-zone network made elsewhere.
func NetworkRef() network.Ref {
	text := func(value string) pulumi.StringOutput { return pulumi.String(value).ToStringOutput() }
	list := func(values ...string) pulumi.StringArrayOutput {
		return pulumi.ToStringArray(values).ToStringArrayOutput()
	}
	return network.Ref{
		VPCID:               text("vpc-1"),
		CIDR:                text("10.0.0.0/16"),
		Zones:               list(harness.Region+"a", harness.Region+"b"),
		PublicSubnetIDs:     list("subnet-public-a", "subnet-public-b"),
		PrivateSubnetIDs:    list("subnet-private-a", "subnet-private-b"),
		DatabaseSubnetIDs:   list("subnet-database-a", "subnet-database-b"),
		PrivateSubnetCIDRs:  list("10.0.128.0/20", "10.0.144.0/20"),
		DatabaseSubnetCIDRs: list("10.0.64.0/24", "10.0.65.0/24"),
		S3CIDRs:             list(harness.S3CIDRs()...),
	}
}
