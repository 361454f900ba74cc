package valid

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/minio"
	"github.com/mlops-iac/mlops/components/postgresql"
)

// MinIORef returns the Ref of an object store inside the cluster.
func MinIORef() minio.Ref {
	return minio.Ref{
		Endpoint:      pulumi.String("https://minio.object-store.svc.cluster.local:9000").ToStringOutput(),
		Namespace:     pulumi.String("object-store").ToStringOutput(),
		CACertificate: pulumi.String("authority").ToStringOutput(),
		ClientImage:   pulumi.String("example.com/mc:1.0.0").ToStringOutput(),
		Buckets: pulumi.StringMap{
			"raw": pulumi.String("raw"), "processed": pulumi.String("processed"), "models": pulumi.String("models"),
		}.ToStringMapOutput(),
	}
}

// PostgreSQLRef returns the Ref of a metadata store inside the cluster.
func PostgreSQLRef() postgresql.Ref {
	return postgresql.Ref{
		Host:          pulumi.String("postgresql.metadata-store.svc.cluster.local").ToStringOutput(),
		Port:          pulumi.Int(postgresql.Port).ToIntOutput(),
		Namespace:     pulumi.String("metadata-store").ToStringOutput(),
		CACertificate: pulumi.String("authority").ToStringOutput(),
		Image:         pulumi.String("example.com/postgres:1.0.0").ToStringOutput(),
	}
}
