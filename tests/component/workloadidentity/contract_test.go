package workloadidentity_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/workloadidentity"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
)

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &workloadidentity.WorkloadIdentity{}, workloadidentity.Args{}, workloadidentity.Token)
	contract.CheckArgs(t, workloadidentity.AssociationArgs{})
}

// A role for the pods of one service account.
func Example() {
	example.PrintResources(func(ctx *pulumi.Context) error {
		_, err := workloadidentity.New(ctx, "loki", &workloadidentity.Args{
			ClusterName:    pulumi.String("mlops-dev"),
			Namespace:      "monitoring",
			ServiceAccount: "loki",
			AccountID:      "111111111111",
			Statements: []iampolicy.Statement{{
				Sid: "ReadLogs", Actions: []string{"s3:GetObject"}, Resources: iampolicy.Strings("arn:aws:s3:::logs/*"),
			}},
		})
		return err
	})
	// Output:
	// mlops:index:WorkloadIdentity loki
	//   aws:eks/podIdentityAssociation:PodIdentityAssociation loki-association
	//   aws:iam/role:Role loki-role
	//   aws:iam/rolePolicy:RolePolicy loki-policy
}

// The role of all tenants, given to the pods of one.
func Example_associate() {
	example.PrintResources(func(ctx *pulumi.Context) error {
		_, err := workloadidentity.Associate(ctx, "team-a", &workloadidentity.AssociationArgs{
			ClusterName:    pulumi.String("mlops-dev"),
			Namespace:      "team-a",
			ServiceAccount: "inference",
			RoleARN:        pulumi.String("arn:aws:iam::111111111111:role/tenants"), // RoleARN of a shared WorkloadIdentity
		})
		return err
	})
	// Output:
	// aws:eks/podIdentityAssociation:PodIdentityAssociation team-a
}
