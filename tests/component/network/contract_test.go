package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/network"
	"github.com/mlops-iac/mlops/components/network/spec"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
)

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &network.Network{}, network.Args{}, network.Token)
}

// A network in two zones with one way out.
func Example() {
	example.PrintOutputs(func(ctx *pulumi.Context) (pulumi.Map, error) {
		net, err := network.New(ctx, "mlops-dev", &network.Args{
			Network: spec.Network{
				CIDR:  "10.0.0.0/16",
				Zones: []string{"eu-west-1a", "eu-west-1b"},
				NAT:   spec.NATSingle,
			},
			Region:      "eu-west-1",
			AccountID:   "111111111111",
			ClusterName: "mlops-dev",
		})
		if err != nil {
			return nil, err
		}
		return net.Ref().Outputs(), nil
	})
	// Output:
	// cidr: 10.0.0.0/16
	// databaseSubnetCidrs: [10.0.64.0/24 10.0.65.0/24]
	// databaseSubnetIds: [mlops-dev-database-eu-west-1a-id mlops-dev-database-eu-west-1b-id]
	// privateSubnetCidrs: [10.0.128.0/20 10.0.144.0/20]
	// privateSubnetIds: [mlops-dev-private-eu-west-1a-id mlops-dev-private-eu-west-1b-id]
	// publicSubnetIds: [mlops-dev-public-eu-west-1a-id mlops-dev-public-eu-west-1b-id]
	// s3Cidrs: [52.218.0.0/17 3.5.64.0/21]
	// vpcId: mlops-dev-vpc-id
	// zones: [eu-west-1a eu-west-1b]
}
