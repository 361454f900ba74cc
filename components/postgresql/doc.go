// Package postgresql builds the platform's metadata store inside a Kubernetes
// cluster: a PostgreSQL server, and a role with a database for each tenant.
//
// A Server is a namespace that is closed both ways but for tenants, one server
// with one volume, its generated certificate and the password of its
// administrator. It refuses connections without TLS; clients check its name
// against the authority of the Ref (sslmode=verify-full). An Account is a role
// that can log in to one database, its own, a schema there, and a generated
// password.
//
// One server with one volume is what a laptop, a test or a small team needs. It
// has no replica and makes no backups; docs/local.md shows a dump. Where RDS is
// at hand, components/metadatastore is the better choice.
//
// Cost: a quarter of a CPU and 512 MiB of memory, and the volume.
//
//	server, err := postgresql.New(ctx, "metadata", nil, pulumi.Provider(cluster))
//	if err != nil {
//		return err
//	}
//	account, err := postgresql.NewAccount(ctx, "metadata-fraud", &postgresql.AccountArgs{
//		Store: server.Ref(), Tenant: "fraud",
//	}, pulumi.Provider(cluster))
package postgresql
