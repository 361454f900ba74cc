package postgresql_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/postgresql"
	"github.com/mlops-iac/mlops/components/postgresql/spec"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
)

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &postgresql.Server{}, postgresql.Args{}, postgresql.Token)
	contract.Check(t, &postgresql.Account{}, postgresql.AccountArgs{}, postgresql.AccountToken)
}

// A database server in the cluster.
func Example() {
	example.PrintOutputs(func(ctx *pulumi.Context) (pulumi.Map, error) {
		server, err := postgresql.New(ctx, "metadata", &postgresql.Args{
			PostgreSQL:    spec.PostgreSQL{StorageGiB: 20},
			EngineVersion: "17",
			Namespace:     "metadata-store",
		})
		if err != nil {
			return nil, err
		}
		return pulumi.Map{"host": server.Host, "port": server.Port}, nil
	})
	// Output:
	// host: postgresql.metadata-store.svc.cluster.local
	// port: 5432
}

// A tenant's own database and the user that owns it.
func Example_account() {
	example.PrintOutputs(func(ctx *pulumi.Context) (pulumi.Map, error) {
		server, err := postgresql.New(ctx, "metadata", nil)
		if err != nil {
			return nil, err
		}
		account, err := postgresql.NewAccount(ctx, "fraud", &postgresql.AccountArgs{
			Store: server.Ref(), Tenant: "fraud", Connections: 20,
		})
		if err != nil {
			return nil, err
		}
		return account.Ref().Outputs(), nil
	})
	// Output:
	// database: tenant_fraud
	// password: [secret]
	// user: tenant_fraud
}
