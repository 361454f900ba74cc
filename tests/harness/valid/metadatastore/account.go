package valid

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/metadatastore/account"
	"github.com/mlops-iac/mlops/tests/harness"
)

// Provisioner returns arguments of a provisioner of accounts.
func Provisioner() *account.ProvisionerArgs {
	return &account.ProvisionerArgs{
		Store:       MetadataStoreRef(),
		ClusterName: pulumi.String("mlops-test"),
		ClusterARN:  pulumi.String("arn:aws:eks:" + harness.Region + ":" + harness.Account + ":cluster/mlops-test"),
		AccountID:   harness.Account, Region: harness.Region,
		DatabaseCIDRs: []string{"10.0.48.0/24", "10.0.49.0/24"},
		NodeSelector:  map[string]string{"role": "system"},
		Tags:          MetadataStore().Tags,
	}
}

// Accounts returns a program with a provisioner called accounts, and an account for
// each tenant, called account and the tenant.
func Accounts(args *account.ProvisionerArgs, tenants ...string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		provisioner, err := account.NewProvisioner(ctx, "accounts", args)
		if err != nil {
			return err
		}
		for _, tenant := range tenants {
			own := &account.Args{Provisioner: provisioner.Ref(), Tenant: tenant}
			if _, err := account.New(ctx, "account-"+tenant, own, pulumi.DependsOn(provisioner.Ready())); err != nil {
				return err
			}
		}
		return nil
	}
}
