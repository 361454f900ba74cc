// Package minio builds the platform's object store inside a Kubernetes cluster:
// MinIO with the buckets raw, processed and models, and an account for each
// tenant that reaches its own prefix and nothing else.
//
// A Store is a namespace that is closed both ways but for tenants, one server
// with one volume, its generated root credential and certificate, and a job that
// makes the buckets: versioned, private, old versions expiring. An Account is a
// generated key pair and a job that makes the user and its policy. Clients speak
// S3 over TLS, with path-style addresses and the authority of the Ref.
//
// One server with one volume is what a laptop, a test or a small team needs. It
// has no replica: a lost volume is lost data. Where S3 is at hand,
// components/objectstore is the better choice.
//
// Cost: a quarter of a CPU and 512 MiB of memory, and the volume.
//
//	store, err := minio.New(ctx, "objects", nil, pulumi.Provider(cluster))
//	if err != nil {
//		return err
//	}
//	account, err := minio.NewAccount(ctx, "objects-fraud", &minio.AccountArgs{
//		Store: store.Ref(), Tenant: "fraud",
//	}, pulumi.Provider(cluster))
package minio
