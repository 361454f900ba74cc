// Package valid has valid arguments for the tests of metadatastore, which change what they are about.
package valid

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/tests/harness"
)

// MetadataStore returns arguments of a metadata store that one security group
// may reach.
func MetadataStore() *metadatastore.Args {
	return &metadatastore.Args{
		Network: metadatastore.Network{
			VPCID:     pulumi.String("vpc-1"),
			SubnetIDs: pulumi.StringArray{pulumi.String("subnet-db-a"), pulumi.String("subnet-db-b")},
		},
		AccountID:               harness.Account,
		Region:                  harness.Region,
		AllowedSecurityGroupIDs: []pulumi.StringInput{pulumi.String("sg-cluster")},
		Tags: map[string]string{
			"project": "mlops", "environment": "test", "owner": "ml-platform",
			"cost-center": "ml-001", "managed-by": "pulumi",
		},
	}
}

// MetadataStoreRef returns the Ref of a metadata store.
func MetadataStoreRef() metadatastore.Ref {
	return metadatastore.Ref{
		Host:            pulumi.String("metadata.abc.eu-west-1.rds.amazonaws.com").ToStringOutput(),
		Port:            pulumi.Int(metadatastore.Port).ToIntOutput(),
		Database:        pulumi.String(metadatastore.DefaultDatabase).ToStringOutput(),
		Username:        pulumi.String(metadatastore.DefaultUsername).ToStringOutput(),
		CACertificate:   pulumi.String("authority").ToStringOutput(),
		ResourceID:      pulumi.String("db-METADATA").ToStringOutput(),
		SecretARN:       pulumi.String("arn:aws:secretsmanager:eu-west-1:" + harness.Account + ":secret:metadata").ToStringOutput(),
		SecurityGroupID: pulumi.String("sg-metadata").ToStringOutput(),
		KeyARN:          pulumi.String("arn:aws:kms:eu-west-1:" + harness.Account + ":key/metadata").ToStringOutput(),
	}
}

// Database makes a mocked run answer for databases what RDS would.
func Database() harness.Option {
	return harness.WithOutputs("aws:rds/instance:Instance", func(name string, _ resource.PropertyMap) resource.PropertyMap {
		secret := "arn:aws:secretsmanager:" + harness.Region + ":" + harness.Account + ":secret:" + name
		return resource.PropertyMap{
			"address":           resource.NewProperty(name + ".abc." + harness.Region + ".rds.amazonaws.com"),
			"resourceId":        resource.NewProperty("db-" + name),
			"masterUserSecrets": harness.List(harness.Object("secretArn", secret)),
		}
	})
}
