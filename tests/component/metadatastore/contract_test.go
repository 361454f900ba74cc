package metadatastore_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/components/metadatastore/spec"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/metadatastore"
)

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &metadatastore.MetadataStore{}, metadatastore.Args{}, metadatastore.Token)
}

// A database that the pods of a cluster may reach.
func Example() {
	example.PrintOutputs(func(ctx *pulumi.Context) (pulumi.Map, error) {
		store, err := metadatastore.New(ctx, "mlops-dev-metadata", &metadatastore.Args{
			MetadataStore: spec.MetadataStore{InstanceClass: "db.t4g.small", BackupRetentionDays: 7},
			Network: metadatastore.Network{
				VPCID:     pulumi.String("vpc-1"),
				SubnetIDs: pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}),
			},
			AccountID:               "111111111111",
			Region:                  "eu-west-1",
			AllowedSecurityGroupIDs: []pulumi.StringInput{pulumi.String("sg-cluster")},
		})
		if err != nil {
			return nil, err
		}
		return pulumi.Map{"host": store.Host, "port": store.Port, "database": store.Database}, nil
	}, valid.Database())
	// Output:
	// database: mlops
	// host: mlops-dev-metadata-instance.abc.eu-west-1.rds.amazonaws.com
	// port: 5432
}
