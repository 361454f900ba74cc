// Package account gives tenants a role and a database of their own in a
// components/metadatastore, which RDS runs outside the cluster.
//
// A Provisioner is a closed namespace whose jobs may read the master password that
// RDS keeps in Secrets Manager, by a role of their own. An Account is such a job: it
// makes a role that logs in with an IAM token and with nothing else, the database it
// may connect to, and a schema there. It may run any number of times.
//
// A tenant's pods get a token for their own role only: the policy of
// workloadidentity.TenantStatements puts their namespace into it. They check the
// server by the authority of the Ref (sslmode=verify-full).
//
// RDS refuses the password of whoever belongs to rds_iam, through other roles too,
// and since PostgreSQL 16 the master belongs to the roles it makes. A job therefore
// tries the password and then a token, and so must people.
//
//	provisioner, err := account.NewProvisioner(ctx, "accounts", &account.ProvisionerArgs{
//		Store: store.Ref(), ClusterName: cluster.Ref().Name, AccountID: "111111111111", Region: "eu-west-1",
//		DatabaseCIDRs: []string{"10.0.48.0/24", "10.0.49.0/24"},
//	}, pulumi.Providers(aws, kubernetes))
//	if err != nil {
//		return err
//	}
//	fraud, err := account.New(ctx, "fraud", &account.Args{Provisioner: provisioner.Ref(), Tenant: "fraud"},
//		pulumi.Provider(kubernetes), pulumi.DependsOn(provisioner.Ready()))
package account
