package minio_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/minio"
	"github.com/mlops-iac/mlops/components/minio/spec"
	"github.com/mlops-iac/mlops/internal/guard"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/stores"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/stores"
)

func run(t *testing.T, args *minio.Args) *harness.Recorder {
	t.Helper()
	return harness.Run(t, harness.Program(minio.New, "store", args))
}

func TestWhatIsBuilt(t *testing.T) {
	t.Parallel()
	record := harness.Run(t, valid.MinIO(valid.Neighbours()...))
	assert.Equal(t, map[string]int{
		minio.Token: 1, minio.AccountToken: 2,
		stores.NamespaceType: 1, stores.AccountType: 1, stores.PolicyType: 3, stores.ServiceType: 2, stores.StatefulSetType: 1, harness.ClaimType: 1,
		stores.SecretType: 3, stores.JobType: 3,
	}, stores.Count(record))
	for _, r := range record.Resources() {
		if r.Custom && r.ParentType == minio.Token {
			assert.Regexp(t, "^store-", r.Name)
		}
	}
	assert.Empty(t, record.Invokes())
	require.NoError(t, guard.Evaluate(record.GuardResources(), nil, guard.Options{AllowDefaultProviders: true, RequireProtect: true}).Err())
}

func TestStoreIsClosed(t *testing.T) {
	t.Parallel()
	stores.AssertClosed(t, run(t, nil), "store", stores.Expected{Namespace: "object-store", Port: minio.Port, Labels: minio.PodLabels()})
}

func TestPodsAreRestricted(t *testing.T) {
	t.Parallel()
	stores.AssertRestricted(t, harness.Run(t, valid.MinIO(valid.Neighbours()...)))
}

// The program makes up new values on every run. What counts is what the engine
// kept: with the same state two runs register the same things.
func TestNewValuesOfARunReachNothingButTheSecrets(t *testing.T) {
	t.Parallel()
	stores.AssertOnlyStateCounts(t, valid.MinIO(valid.Neighbours()...), map[string]string{
		"store-root": "minio-root", "account-fraud-secret": "account-fraud", "account-fraud-eu-secret": "account-fraud-eu",
	})
}

func TestRotationReachesWhatDependsOnIt(t *testing.T) {
	t.Parallel()
	stores.AssertRotation(t, valid.MinIO("fraud"), []stores.Rotation{
		{Secret: "store-root", Restarts: []string{"store-server"}, Keeps: []string{"store-buckets", "account-fraud-job"}},
		{Secret: "account-fraud-secret", NewJobs: []string{"account-fraud-job"}, Keeps: []string{"store-server", "store-buckets"}},
	})
}

// What is given out is what the engine kept, not what this run made up.
func TestOutputs(t *testing.T) {
	t.Parallel()
	got := stores.Await(t, map[string]string{
		"store-root": "ca.crt=authority", "account-secret": "accessKey=kept-name,secretKey=kept-key",
	}, func(ctx *pulumi.Context) (pulumi.Map, error) {
		store, err := minio.New(ctx, "store", &minio.Args{Namespace: "objects", Buckets: []string{"one", "two"}})
		if err != nil {
			return nil, err
		}
		account, err := minio.NewAccount(ctx, "account", &minio.AccountArgs{Store: store.Ref(), Tenant: "fraud"})
		if err != nil {
			return nil, err
		}
		assert.NotEmpty(t, store.Ready())
		assert.Len(t, account.Ready(), 2)
		all := store.Ref().Outputs()
		maps.Copy(all, account.Ref().Outputs())
		return all, nil
	})
	assert.Equal(t, "https://minio.objects.svc.cluster.local:9000", got.Values["endpoint"])
	assert.Equal(t, "objects", got.Values["namespace"])
	assert.Equal(t, map[string]string{"one": "one", "two": "two"}, got.Values["buckets"])
	assert.Equal(t, "authority", got.Values["caCertificate"])
	assert.Equal(t, "kept-name", got.Values["accessKey"])
	assert.Equal(t, "kept-key", got.Values["secretKey"])
	assert.Equal(t, []string{"secretKey"}, got.Secrets, "the credential is a secret, and nothing else is")
}

func TestSettings(t *testing.T) {
	t.Parallel()
	record := run(t, &minio.Args{
		MinIO: spec.MinIO{StorageGiB: 700}, NoncurrentVersionDays: 7,
		Namespace: "objects", StorageClass: "fast", Buckets: []string{"one"},
		NodeSelector: map[string]string{"disk": "ssd"}, Image: "example.com/minio:1", ClientImage: "example.com/mc:1", Protect: true,
	})
	server, job := record.One(t, stores.StatefulSetType, "store-server"), record.One(t, stores.JobType, "store-buckets")
	for path, want := range map[string]any{
		"metadata.namespace": "objects",
		"spec.volumeClaimTemplates.0.spec.storageClassName":           "fast",
		"spec.volumeClaimTemplates.0.spec.resources.requests.storage": "700Gi",
		"spec.template.spec.nodeSelector.disk":                        "ssd",
		"spec.template.spec.containers.0.image":                       "example.com/minio:1",
	} {
		assert.Equal(t, want, server.Prop(path), path)
	}
	assert.Equal(t, "example.com/mc:1", job.Prop("spec.template.spec.containers.0.image"))
	env := record.Environment(t, job, nil)
	assert.Contains(t, env, "BUCKETS=one")
	assert.True(t, slices.ContainsFunc(env, func(variable string) bool {
		return strings.HasPrefix(variable, "LIFECYCLE=") && strings.Contains(variable, `"NoncurrentDays":7}`)
	}), "%v", env)
	for _, r := range record.Resources() {
		stateful := r.Type == stores.NamespaceType || r.Type == stores.StatefulSetType || r.Type == harness.ClaimType
		assert.Equal(t, stateful, r.Protect, r.Name)
	}

	plain := run(t, nil).One(t, stores.StatefulSetType, "store-server")
	assert.Nil(t, plain.Prop("spec.volumeClaimTemplates.0.spec.storageClassName"), "the default class of the cluster")
}

// Proves C8 by Pulumi mocks: the claim of the object store is the program's, under the name that Kubernetes looks
// for, and the StatefulSet neither replaces itself for another size nor deletes the claim.
func TestC8TheClaimIsTheProgramsOwn(t *testing.T) {
	t.Parallel()
	stores.AssertOwnClaim(t, "minio", "object-store", "20Gi", run(t, nil), run(t, &minio.Args{
		MinIO: spec.MinIO{StorageGiB: 700}, StorageClass: "fast", Protect: true, RetainOnDelete: true,
	}))
}

func TestAnotherJobForAnotherScript(t *testing.T) {
	t.Parallel()
	name := func(args *minio.Args) any {
		return run(t, args).One(t, stores.JobType, "store-buckets").Prop("metadata.name")
	}
	assert.Equal(t, name(nil), name(&minio.Args{MinIO: spec.MinIO{StorageGiB: 30}}))
	assert.NotEqual(t, name(nil), name(&minio.Args{NoncurrentVersionDays: 31}))
	assert.NotEqual(t, name(nil), name(&minio.Args{ClientImage: "example.com/mc:2"}))
	assert.Regexp(t, "^buckets-[0-9a-f]{8}$", name(nil))
}

func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		build func(*pulumi.Context) error
		want  string
	}{
		"store": {harness.Program(minio.New, "store", &minio.Args{
			MinIO: spec.MinIO{StorageGiB: -1}, NoncurrentVersionDays: -1,
			Namespace: "kube-store", StorageClass: "A B", Buckets: []string{"Raw", "models", "models"},
			NodeSelector: map[string]string{"a b": "c"},
		}), `minio "store": ` + harness.Errors(
			`buckets[0]: Invalid value: "Raw": must be 3 to 63 of a-z, 0-9 and '-', first and last not '-'`,
			`buckets[2]: Duplicate value: "models"`,
			`namespace: Invalid value: "kube-store": belongs to Kubernetes; the store gets a namespace of its own`,
			`nodeSelector[a b]: Invalid value: "c": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
			`noncurrentVersionDays: Invalid value: -1: must be 1 to 3653`,
			`storageClass: Invalid value: "A B": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
			`storageGiB: Invalid value: -1: must be 1 to 65536`,
		)},
		"account": {harness.Program(minio.NewAccount, "account", nil), `minio account "account": ` + harness.Errors(
			`store: Required value: the Ref of the store the account is made in`,
			`tenant: Required value: the name of the tenant, which is also its namespace`,
		)},
		"reserved tenant": {harness.Program(minio.NewAccount, "account", &minio.AccountArgs{
			Store: valid.MinIORef(), Tenant: "Fraud",
		}), `minio account "account": tenant: Invalid value: "Fraud": must be the name of a tenant: at most 40 of a-z, 0-9 and '-', first and last not '-'`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := harness.RunErr(test.build)
			require.ErrorContains(t, err, test.want)
		})
	}
}
