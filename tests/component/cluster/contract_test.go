package cluster_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/components/cluster/spec"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/cluster"
)

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &cluster.Cluster{}, cluster.Args{}, cluster.Token)
	contract.Check(t, &cluster.Addons{}, cluster.AddonsArgs{}, cluster.AddonsToken)
}

// A control plane in the private subnets of a network.
func Example() {
	example.PrintOutputs(func(ctx *pulumi.Context) (pulumi.Map, error) {
		control, err := cluster.New(ctx, "mlops-dev-cluster", &cluster.Args{
			Cluster: spec.Cluster{
				Version: "1.35",
				AdminPrincipalARNs: []string{
					"arn:aws:iam::111111111111:role/deployer", "arn:aws:iam::111111111111:role/break-glass",
				},
			},
			Name:             "mlops-dev",
			AccountID:        "111111111111",
			Region:           "eu-west-1",
			VPCID:            pulumi.String("vpc-1"),
			VPCCIDR:          "10.0.0.0/16",
			PrivateSubnetIDs: pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}),
		})
		if err != nil {
			return nil, err
		}
		return pulumi.Map{"endpoint": control.Endpoint, "issuer": control.OIDCIssuer, "logs": control.LogGroupName}, nil
	}, valid.ControlPlane(harness.Stack))
	// Output:
	// endpoint: https://0123456789ABCDEF.gr7.eu-west-1.eks.amazonaws.com
	// issuer: https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF
	// logs: /aws/eks/mlops-dev/cluster
}

// What can be installed once the cluster has nodes.
func Example_addons() {
	example.PrintResources(func(ctx *pulumi.Context) error {
		_, err := cluster.NewAddons(ctx, "addons", &cluster.AddonsArgs{
			Cluster:      valid.ClusterRef(), // Ref of a cluster.Cluster
			NodeSelector: map[string]string{"mlops.io/node-role": "system"},
		})
		return err
	})
	// Output:
	// mlops:index:ClusterAddons addons
	//   aws:eks/addon:Addon addons-aws-ebs-csi-driver
	//   aws:eks/addon:Addon addons-coredns
	//   aws:eks/addon:Addon addons-metrics-server
	//   aws:iam/role:Role addons-aws-ebs-csi-driver-role
	//   aws:iam/rolePolicyAttachment:RolePolicyAttachment addons-aws-ebs-csi-driver-AmazonEBSCSIDriverPolicy
}
