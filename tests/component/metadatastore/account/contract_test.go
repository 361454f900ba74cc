package account_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/metadatastore/account"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/metadatastore"
)

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &account.Provisioner{}, account.ProvisionerArgs{}, account.ProvisionerToken)
	contract.Check(t, &account.Account{}, account.Args{}, account.Token)
}

// Where the accounts of a database in RDS are made.
func Example_provisioner() {
	example.PrintOutputs(func(ctx *pulumi.Context) (pulumi.Map, error) {
		provisioner, err := account.NewProvisioner(ctx, "accounts", &account.ProvisionerArgs{
			Store:         valid.MetadataStoreRef(), // Ref() of a metadatastore.MetadataStore
			ClusterName:   pulumi.String("mlops-dev"),
			AccountID:     "111111111111",
			Region:        "eu-west-1",
			DatabaseCIDRs: []string{"10.0.48.0/24", "10.0.49.0/24"},
		})
		if err != nil {
			return nil, err
		}
		return pulumi.Map{"namespace": provisioner.Namespace, "username": provisioner.Username}, nil
	})
	// Output:
	// namespace: metadata-store
	// username: mlops
}

// A tenant's own database, and the role that logs in to it with an IAM token.
func Example() {
	example.PrintOutputs(func(ctx *pulumi.Context) (pulumi.Map, error) {
		provisioner, err := account.NewProvisioner(ctx, "accounts", valid.Provisioner())
		if err != nil {
			return nil, err
		}
		fraud, err := account.New(ctx, "fraud", &account.Args{
			Provisioner: provisioner.Ref(), Tenant: "fraud-eu", Connections: 20,
		}, pulumi.DependsOn(provisioner.Ready()))
		if err != nil {
			return nil, err
		}
		return fraud.Ref().Outputs(), nil
	})
	// Output:
	// database: tenant_fraud-eu
	// user: tenant_fraud-eu
}
