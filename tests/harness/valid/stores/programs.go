package valid

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/minio"
	"github.com/mlops-iac/mlops/components/postgresql"
)

// Neighbours returns two tenants of which one name begins with the other.
func Neighbours() []string { return []string{"fraud", "fraud-eu"} }

// MinIO returns a program with an object store called store, and an account for
// each tenant, called account and the tenant.
func MinIO(tenants ...string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		store, err := minio.New(ctx, "store", nil)
		if err != nil {
			return err
		}
		for _, tenant := range tenants {
			if _, err := minio.NewAccount(ctx, "account-"+tenant, &minio.AccountArgs{Store: store.Ref(), Tenant: tenant}); err != nil {
				return err
			}
		}
		return nil
	}
}

// PostgreSQL returns a program with a metadata store called store, and an account
// for each tenant, called account and the tenant.
func PostgreSQL(tenants ...string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		server, err := postgresql.New(ctx, "store", nil)
		if err != nil {
			return err
		}
		for _, tenant := range tenants {
			args := &postgresql.AccountArgs{Store: server.Ref(), Tenant: tenant}
			if _, err := postgresql.NewAccount(ctx, "account-"+tenant, args); err != nil {
				return err
			}
		}
		return nil
	}
}
