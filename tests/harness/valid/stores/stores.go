// Package valid has valid arguments for the tests of what is inside an existing cluster, which change what they are about.
package valid

import (
	"encoding/base64"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/minio"
	"github.com/mlops-iac/mlops/components/postgresql"
	"github.com/mlops-iac/mlops/tests/harness"
)

// GeneratedSecrets answers like a state that holds what an earlier run has
// generated, whatever this run proposes: each value is "generated", the name of
// the Secret and the key.
func GeneratedSecrets() harness.Option {
	return harness.WithState("kubernetes:core/v1:Secret", func(name string, inputs resource.PropertyMap) resource.PropertyMap {
		data := inputs["data"]
		if !data.IsSecret() || !data.SecretValue().Element.IsObject() {
			return nil
		}
		kept := resource.PropertyMap{}
		for key := range data.SecretValue().Element.ObjectValue() {
			kept[key] = resource.NewProperty(base64.StdEncoding.EncodeToString([]byte("generated " + name + " " + string(key))))
		}
		return resource.PropertyMap{"data": resource.MakeSecret(resource.NewProperty(kept))}
	})
}

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
