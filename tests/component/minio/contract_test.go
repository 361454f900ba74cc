package minio_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/minio"
	"github.com/mlops-iac/mlops/components/minio/spec"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
)

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &minio.Store{}, minio.Args{}, minio.Token)
	contract.Check(t, &minio.Account{}, minio.AccountArgs{}, minio.AccountToken)
}

// An object store in the cluster.
func Example() {
	example.PrintOutputs(func(ctx *pulumi.Context) (pulumi.Map, error) {
		store, err := minio.New(ctx, "objects", &minio.Args{
			MinIO:     spec.MinIO{StorageGiB: 50},
			Namespace: "object-store",
			Buckets:   []string{"raw", "models"},
		})
		if err != nil {
			return nil, err
		}
		return pulumi.Map{"endpoint": store.Endpoint, "buckets": store.Buckets}, nil
	})
	// Output:
	// buckets: map[models:models raw:raw]
	// endpoint: https://minio.object-store.svc.cluster.local:9000
}

// A tenant's own user, which reaches the tenant's prefix in each bucket.
func Example_account() {
	example.PrintOutputs(func(ctx *pulumi.Context) (pulumi.Map, error) {
		store, err := minio.New(ctx, "objects", nil)
		if err != nil {
			return nil, err
		}
		account, err := minio.NewAccount(ctx, "fraud", &minio.AccountArgs{Store: store.Ref(), Tenant: "fraud"})
		if err != nil {
			return nil, err
		}
		return account.Ref().Outputs(), nil
	})
	// Output:
	// accessKey: tenant-fraud
	// secretKey: [secret]
}
