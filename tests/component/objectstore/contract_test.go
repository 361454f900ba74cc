package objectstore_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/objectstore"
	"github.com/mlops-iac/mlops/components/objectstore/spec"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
)

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &objectstore.ObjectStore{}, objectstore.Args{}, objectstore.Token)
}

// The three buckets of a platform, and what others need to know of them.
func Example() {
	example.PrintOutputs(func(ctx *pulumi.Context) (pulumi.Map, error) {
		store, err := objectstore.New(ctx, "mlops-dev-objects", &objectstore.Args{
			ObjectStore: spec.ObjectStore{NoncurrentVersionDays: 30},
			AccountID:   "111111111111",
			Region:      "eu-west-1",
			Tags:        map[string]string{"project": "mlops"},
		})
		if err != nil {
			return nil, err
		}
		return pulumi.Map{"endpoint": store.Endpoint, "models": store.ModelsBucket, "key": store.KeyARN}, nil
	})
	// Output:
	// endpoint: https://s3.eu-west-1.amazonaws.com
	// key: arn:aws:kms:eu-west-1:111111111111:mlops-dev-objects-key
	// models: mlops-dev-objects-models-id
}
