package metadatastore_test

import (
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/components/metadatastore/spec"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/metadatastore"
)

// answering gives the instance what RDS computes, with the secrets given.
func answering(secrets ...resource.PropertyValue) harness.Option {
	return harness.WithOutputs(instanceType, func(string, resource.PropertyMap) resource.PropertyMap {
		return resource.PropertyMap{
			"address":           resource.NewStringProperty("db.abc.eu-west-1.rds.amazonaws.com"),
			"resourceId":        resource.NewStringProperty("db-ABC"),
			"masterUserSecrets": resource.NewArrayProperty(secrets),
		}
	})
}

func secret(arn string) resource.PropertyValue {
	return resource.NewObjectProperty(resource.PropertyMap{"secretArn": resource.NewStringProperty(arn)})
}

func TestRef(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer harness.Option
		secret string
	}{
		"one secret":            {answering(secret("arn:aws:secretsmanager:eu-west-1:111111111111:secret:x")), "arn:aws:secretsmanager:eu-west-1:111111111111:secret:x"},
		"no secret yet":         {answering(), ""},
		"a secret without name": {answering(resource.NewObjectProperty(resource.PropertyMap{})), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var lock sync.Mutex
			var got map[string]any
			harness.Run(t, func(ctx *pulumi.Context) error {
				store, err := metadatastore.New(ctx, "db", valid.MetadataStore())
				if err != nil {
					return err
				}
				outputs := store.Ref().Outputs()
				assert.ElementsMatch(t, []string{
					"host", "port", "database", "username", "caCertificate", "resourceId", "secretArn", "securityGroupId", "keyArn",
				}, slices.Collect(maps.Keys(outputs)))
				outputs.ToMapOutput().ApplyT(func(values map[string]any) error {
					lock.Lock()
					defer lock.Unlock()
					got = values
					return nil
				})
				return nil
			}, test.answer)
			lock.Lock()
			defer lock.Unlock()
			assert.Equal(t, map[string]any{
				"host": "db.abc.eu-west-1.rds.amazonaws.com", "port": 5432, "database": "mlops", "username": "mlops", "resourceId": "db-ABC",
				"caCertificate": spec.AuthorityOf("eu-west-1"),
				"secretArn":     test.secret, "securityGroupId": "db-sg-id", "keyArn": keyARN,
			}, got)
		})
	}
}

func TestSecretIsUnknownInPreview(t *testing.T) {
	t.Parallel()
	var applied bool
	harness.RunPreview(t, func(ctx *pulumi.Context) error {
		store, err := metadatastore.New(ctx, "db", valid.MetadataStore())
		if err != nil {
			return err
		}
		store.Ref().SecretARN.ApplyT(func(arn string) string { applied = true; return arn })
		return nil
	}, answering(secret("arn")))
	require.False(t, applied, "nothing may run on a secret that is not there yet")
}

func TestCallersArgsAreNotChanged(t *testing.T) {
	t.Parallel()
	args := valid.MetadataStore()
	run(t, args)
	assert.Equal(t, valid.MetadataStore(), args)
}
