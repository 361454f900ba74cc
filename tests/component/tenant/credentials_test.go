package tenant_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/tenant"
)

const (
	secretType = "kubernetes:core/v1:Secret"
	needle     = "needle-of-the-database"
)

// withCredentials is the full tenant with variables and files to log in with.
func withCredentials(password string) *tenant.Args {
	args := valid.FullTenant()
	args.Credentials = &tenant.Credentials{
		Env: pulumi.StringMap{
			"PGUSER":     pulumi.String("tenant-a"),
			"PGPASSWORD": pulumi.ToSecret(pulumi.String(password)).(pulumi.StringOutput),
		},
		Files: pulumi.StringMap{"ca.crt": pulumi.String("-----BEGIN CERTIFICATE-----")},
	}
	return args
}

// podsOf returns the pod specs of inference and training with their annotations.
func podsOf(t *testing.T, r *harness.Recorder) map[string]struct{ spec, annotations any } {
	t.Helper()
	deployment := r.One(t, deploymentType, "t-deployment")
	job := r.One(t, cronType, "t-training")
	const template = "spec.jobTemplate.spec.template."
	return map[string]struct{ spec, annotations any }{
		"inference": {deployment.Prop("spec.template.spec"), deployment.Prop("spec.template.metadata.annotations")},
		"training":  {job.Prop(template + "spec"), job.Prop(template + "metadata.annotations")},
	}
}

func TestCredentialsAreOneSecret(t *testing.T) {
	t.Parallel()
	r := run(t, withCredentials(needle))
	secrets := r.OfType(secretType)
	require.Len(t, secrets, 1)
	secret := secrets[0]
	assert.Equal(t, tenant.CredentialsName, secret.Prop("metadata.name"))
	assertMetadata(t, secret, withCredentials(needle))
	assert.True(t, secret.IsSecret("stringData"))
	assert.Equal(t, map[string]any{
		"PGUSER": "tenant-a", "PGPASSWORD": needle, "ca.crt": "-----BEGIN CERTIFICATE-----",
	}, secret.Prop("stringData"))

	for _, other := range r.Resources() {
		if other.Type == secretType {
			continue
		}
		text, err := json.Marshal(other.Guard.Inputs)
		require.NoError(t, err)
		assert.NotContains(t, string(text), needle, "%s %s", other.Type, other.Name)
	}
}

func TestPlainCredentialsBecomeSecret(t *testing.T) {
	t.Parallel()
	args := valid.Tenant()
	args.Credentials = &tenant.Credentials{Env: pulumi.StringMap{"PGPASSWORD": pulumi.String(needle)}}
	r := run(t, args)
	assert.True(t, r.One(t, secretType, "t-credentials").IsSecret("stringData"))
	assert.Contains(t, r.One(t, deploymentType, "t-deployment").Guard.Secrets, "spec", "a hash gives a weak password away")
}

func TestEveryPodGetsTheCredentials(t *testing.T) {
	t.Parallel()
	for name, pod := range podsOf(t, run(t, withCredentials(needle))) {
		spec := pod.spec.(map[string]any)
		container := spec["containers"].([]any)[0].(map[string]any)
		from := map[string]any{}
		for _, variable := range container["env"].([]any) {
			v := variable.(map[string]any)
			from[v["name"].(string)] = v["valueFrom"]
		}
		ref := func(key string) any {
			return map[string]any{"secretKeyRef": map[string]any{"name": "credentials", "key": key}}
		}
		assert.Equal(t, ref("PGUSER"), from["PGUSER"], name)
		assert.Equal(t, ref("PGPASSWORD"), from["PGPASSWORD"], name)
		assert.NotContains(t, slices.Collect(maps.Keys(from)), "ca.crt", "%s: a file is no variable", name)
		assert.Contains(t, container["volumeMounts"], map[string]any{
			"name": "credentials", "mountPath": tenant.CredentialsPath, "readOnly": true,
		}, name)
		assert.Contains(t, spec["volumes"], map[string]any{"name": "credentials", "secret": map[string]any{
			"secretName": "credentials", "defaultMode": float64(0o440),
			"items": []any{map[string]any{"key": "ca.crt", "path": "ca.crt"}},
		}}, "%s: only files are files", name)
	}
}

func TestPodsRestartWhenACredentialChanges(t *testing.T) {
	t.Parallel()
	before, same, after := podsOf(t, run(t, withCredentials("one"))), podsOf(t, run(t, withCredentials("one"))), podsOf(t, run(t, withCredentials("two")))
	for name := range before {
		assert.Equal(t, before[name].annotations, same[name].annotations, name)
		assert.NotEqual(t, before[name].annotations, after[name].annotations, name)
	}
}

func TestWithoutFilesNothingIsMounted(t *testing.T) {
	t.Parallel()
	args := withCredentials(needle)
	args.Credentials.Files = nil
	for name, pod := range podsOf(t, run(t, args)) {
		text, err := json.Marshal(pod.spec)
		require.NoError(t, err)
		assert.NotContains(t, string(text), tenant.CredentialsPath, name)
	}
}

func TestWithoutCredentialsThereIsNoSecret(t *testing.T) {
	t.Parallel()
	args := valid.FullTenant()
	args.Credentials = &tenant.Credentials{}
	with, without := run(t, args), run(t, valid.FullTenant())
	assert.Empty(t, with.OfType(secretType))
	assert.Equal(t, types(without), types(with))
	assert.Equal(t, podsOf(t, without), podsOf(t, with))
}

func TestInvalidCredentials(t *testing.T) {
	t.Parallel()
	args := withCredentials(needle)
	args.Env["PGUSER"] = pulumi.String("somebody")
	args.Training.Env = pulumi.StringMap{"PGPASSWORD": pulumi.String("something")}
	args.Credentials.Env["HOME"] = pulumi.String("/")
	args.Credentials.Env["no-name"] = pulumi.String("x")
	args.Credentials.Files["a/b"] = pulumi.String("x")
	args.Credentials.Files["HOME"] = pulumi.String("x")
	require.EqualError(t, newErr(t, args), `tenant "t": 6 errors:
  credentials.env[HOME]: Forbidden: set by the platform
  credentials.env[PGPASSWORD]: Invalid value: "PGPASSWORD": must not be in env as well
  credentials.env[PGUSER]: Invalid value: "PGUSER": must not be in env as well
  credentials.env[no-name]: Invalid value: "no-name": must be a name of letters, digits and '_' that does not start with a digit
  credentials.files[HOME]: Invalid value: "HOME": must not be the name of a variable in env as well
  credentials.files[a/b]: Invalid value: "a/b": must be a file name of letters, digits, '.', '-' and '_'`)
}
