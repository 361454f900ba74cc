package stack_test

import (
	"encoding/base64"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/tests/harness"
)

// credentialNames are what AWS SDKs and PostgreSQL's libraries read.
var credentialNames = []string{
	"AWS_ACCESS_KEY_ID", "AWS_CA_BUNDLE", "AWS_ENDPOINT_URL_S3", "AWS_REGION", "AWS_SECRET_ACCESS_KEY",
	"PGDATABASE", "PGHOST", "PGPASSWORD", "PGPORT", "PGSSLMODE", "PGSSLROOTCERT", "PGUSER",
}

func TestTenantsGetTheirOwnCredentials(t *testing.T) {
	t.Parallel()
	record := recorded(t, localStack, "up")
	seen := map[string]string{}
	for _, name := range defined(t, localStack) {
		prefix := "mlops-local-tenant-" + name + "-"
		secret := record.One(t, secretType, prefix+"credentials")
		assert.True(t, secret.IsSecret("stringData"))
		data, _ := secret.Prop("stringData").(map[string]any)
		want := append(slices.Clone(credentialNames), "object-store-ca.crt", "metadata-store-ca.crt")
		assert.ElementsMatch(t, want, slices.Collect(maps.Keys(data)))
		assert.Equal(t, "https://minio.object-store.svc.cluster.local:9000", data["AWS_ENDPOINT_URL_S3"])
		assert.Equal(t, "/etc/mlops/credentials/object-store-ca.crt", data["AWS_CA_BUNDLE"])
		assert.Equal(t, "postgresql.metadata-store.svc.cluster.local", data["PGHOST"])
		assert.Equal(t, "5432", data["PGPORT"])
		assert.Equal(t, "verify-full", data["PGSSLMODE"])
		assert.Equal(t, "/etc/mlops/credentials/metadata-store-ca.crt", data["PGSSLROOTCERT"])
		for _, own := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "PGUSER", "PGPASSWORD", "PGDATABASE"} {
			value, _ := data[own].(string)
			require.NotEmpty(t, value, own)
			assert.Empty(t, seen[own+value], "%s of %s is that of another tenant", own, name)
			seen[own+value] = name
		}

		container := record.One(t, deploymentType, prefix+"deployment").Prop("spec.template.spec.containers.0.env")
		var names []string
		for _, variable := range container.([]any) {
			names = append(names, variable.(map[string]any)["name"].(string))
		}
		assert.Subset(t, names, credentialNames, "inference of %s", name)
	}
}

// TestCredentialsAreTheOnesInTheState holds that pods get what the state keeps,
// not what this run has generated.
func TestCredentialsAreTheOnesInTheState(t *testing.T) {
	t.Parallel()
	record := recorded(t, localStack, "up")
	account := record.One(t, secretType, "mlops-local-tenant-tenant-a-metadata-secret")
	proposed, _ := account.Prop("data.password").(string)
	text, err := base64.StdEncoding.DecodeString(proposed)
	require.NoError(t, err)
	require.NotEmpty(t, text)
	data, _ := record.One(t, secretType, "mlops-local-tenant-tenant-a-credentials").Prop("stringData").(map[string]any)
	assert.Equal(t, "generated mlops-local-tenant-tenant-a-metadata-secret password", data["PGPASSWORD"])
	assert.NotEqual(t, string(text), data["PGPASSWORD"])
}

// TestTenantsWaitForTheirAccounts checks that no pod starts before its login works.
func TestTenantsWaitForTheirAccounts(t *testing.T) {
	t.Parallel()
	each(t, []string{localStack}, func(t *testing.T, stack string, record *harness.Recorder) {
		t.Helper()
		prometheus := urn(stack, "mlops:index:Monitoring$kubernetes:helm.sh/v3:Release", "mlops-local-monitoring-release")
		requireAfter(t, record, "mlops:index:Tenant", prometheus)
		for _, name := range defined(t, stack) {
			prefix := "mlops-local-tenant-" + name
			made := record.One(t, "mlops:index:Tenant", prefix)
			assert.Contains(t, made.DependsOn, urn(stack, "mlops:index:MinIOAccount$"+jobType, prefix+"-objects-job"))
			assert.Contains(t, made.DependsOn, urn(stack, "mlops:index:PostgreSQLAccount$"+jobType, prefix+"-metadata-job"))
		}
		requireAfter(t, record, "mlops:index:MinIOAccount", urn(stack, "mlops:index:MinIO$"+jobType, "mlops-local-objects-buckets"))
		requireAfter(t, record, "mlops:index:PostgreSQLAccount", urn(stack, "mlops:index:PostgreSQL$"+serverType, "mlops-local-metadata-server"))
	})
}
