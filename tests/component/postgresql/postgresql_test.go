package postgresql_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/postgresql"
	"github.com/mlops-iac/mlops/components/postgresql/spec"
	"github.com/mlops-iac/mlops/internal/guard"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/stores"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/stores"
)

func run(t *testing.T, args *postgresql.Args) *harness.Recorder {
	t.Helper()
	return harness.Run(t, harness.Program(postgresql.New, "store", args))
}

func TestWhatIsBuilt(t *testing.T) {
	t.Parallel()
	record := harness.Run(t, valid.PostgreSQL(valid.Neighbours()...))
	assert.Equal(t, map[string]int{
		postgresql.Token: 1, postgresql.AccountToken: 2,
		stores.NamespaceType: 1, stores.AccountType: 1, stores.PolicyType: 3, stores.ServiceType: 2,
		stores.ConfigMapType: 1, stores.StatefulSetType: 1, harness.ClaimType: 1, stores.SecretType: 3, stores.JobType: 2,
	}, stores.Count(record))
	assert.Empty(t, record.Invokes())
	require.NoError(t, guard.Evaluate(record.GuardResources(), nil, guard.Options{AllowDefaultProviders: true, RequireProtect: true}).Err())
}

func TestStoreIsClosed(t *testing.T) {
	t.Parallel()
	stores.AssertClosed(t, run(t, nil), "store",
		stores.Expected{Namespace: "metadata-store", Port: postgresql.Port, Labels: postgresql.PodLabels()})
}

func TestPodsAreRestricted(t *testing.T) {
	t.Parallel()
	stores.AssertRestricted(t, harness.Run(t, valid.PostgreSQL(valid.Neighbours()...)))
}

// The program makes up new values on every run. What counts is what the engine
// kept: with the same state two runs register the same things.
func TestNewValuesOfARunReachNothingButTheSecrets(t *testing.T) {
	t.Parallel()
	stores.AssertOnlyStateCounts(t, valid.PostgreSQL(valid.Neighbours()...), map[string]string{
		"store-admin": "postgresql-admin", "account-fraud-secret": "account-fraud", "account-fraud-eu-secret": "account-fraud-eu",
	})
}

func TestRotationReachesWhatDependsOnIt(t *testing.T) {
	t.Parallel()
	stores.AssertRotation(t, valid.PostgreSQL("fraud"), []stores.Rotation{
		{Secret: "store-admin", Restarts: []string{"store-server"}, Keeps: []string{"account-fraud-job"}},
		{Secret: "account-fraud-secret", NewJobs: []string{"account-fraud-job"}, Keeps: []string{"store-server"}},
	})
}

// What is given out is what the engine kept, not what this run made up.
func TestOutputs(t *testing.T) {
	t.Parallel()
	got := stores.Await(t, map[string]string{
		"store-admin": "ca.crt=authority", "account-secret": "user=kept-name,password=kept-password",
	}, func(ctx *pulumi.Context) (pulumi.Map, error) {
		server, err := postgresql.New(ctx, "store", &postgresql.Args{Namespace: "metadata"})
		if err != nil {
			return nil, err
		}
		account, err := postgresql.NewAccount(ctx, "account", &postgresql.AccountArgs{Store: server.Ref(), Tenant: "fraud"})
		if err != nil {
			return nil, err
		}
		assert.NotEmpty(t, server.Ready())
		assert.Len(t, account.Ready(), 2)
		all := server.Ref().Outputs()
		maps.Copy(all, account.Ref().Outputs())
		return all, nil
	})
	assert.Equal(t, map[string]any{
		"host": "postgresql.metadata.svc.cluster.local", "port": 5432, "namespace": "metadata", "caCertificate": "authority",
		"image": postgresql.Images()["17"],
		"user":  "kept-name", "password": "kept-password", "database": "kept-name",
	}, got.Values)
	assert.Equal(t, []string{"password"}, got.Secrets, "the password is a secret, and nothing else is")
}

func TestSettings(t *testing.T) {
	t.Parallel()
	record := run(t, &postgresql.Args{
		PostgreSQL: spec.PostgreSQL{StorageGiB: 700}, EngineVersion: "18", Namespace: "metadata", StorageClass: "fast",
		NodeSelector: map[string]string{"disk": "ssd"}, RetainOnDelete: true,
	})
	server := record.One(t, stores.StatefulSetType, "store-server")
	for path, want := range map[string]any{
		"metadata.namespace": "metadata",
		"spec.volumeClaimTemplates.0.spec.storageClassName":           "fast",
		"spec.volumeClaimTemplates.0.spec.resources.requests.storage": "700Gi",
		"spec.template.spec.nodeSelector.disk":                        "ssd",
		"spec.template.spec.containers.0.image":                       postgresql.Images()["18"],
	} {
		assert.Equal(t, want, server.Prop(path), path)
	}
	for _, r := range record.Resources() {
		stateful := r.Type == stores.NamespaceType || r.Type == stores.StatefulSetType || r.Type == harness.ClaimType
		assert.Equal(t, stateful, r.RetainOnDelete, r.Name)
	}
	mirrored := run(t, &postgresql.Args{Image: "example.com/postgres:17.1"}).One(t, stores.StatefulSetType, "store-server")
	assert.Equal(t, "example.com/postgres:17.1", mirrored.Prop("spec.template.spec.containers.0.image"))
}

// Proves C8 by Pulumi mocks: the claim of the metadata store is the program's, under the
// name that Kubernetes looks for, and the StatefulSet neither replaces itself for another
// size nor deletes the claim.
func TestC8TheClaimIsTheProgramsOwn(t *testing.T) {
	t.Parallel()
	stores.AssertOwnClaim(t, "postgresql", "metadata-store", "10Gi", run(t, nil), run(t, &postgresql.Args{
		PostgreSQL: spec.PostgreSQL{StorageGiB: 700}, StorageClass: "fast", Protect: true, RetainOnDelete: true,
	}))
}

func TestAccountSettings(t *testing.T) {
	t.Parallel()
	record := harness.Run(t, func(ctx *pulumi.Context) error {
		server, err := postgresql.New(ctx, "store", nil)
		if err != nil {
			return err
		}
		_, err = postgresql.NewAccount(ctx, "account", &postgresql.AccountArgs{
			Store: server.Ref(), Tenant: "fraud-eu", Connections: 7,
		})
		return err
	})
	job := record.One(t, stores.JobType, "account-job")
	assert.Regexp(t, "^account-fraud-eu-[0-9a-f]{8}$", job.Prop("metadata.name"))
	assert.Equal(t, "fraud-eu", job.Prop("metadata.labels").(map[string]any)["mlops.io/tenant"])
	env := record.Environment(t, job, nil)
	for _, want := range []string{"TENANT_CONNECTIONS=7", "TENANT_USER=tenant_fraud_eu", "PGSSLMODE=verify-full", "PGPORT=5432"} {
		assert.True(t, slices.Contains(env, want), "%s in %v", want, env)
	}
}

func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		build func(*pulumi.Context) error
		want  string
	}{
		"server": {harness.Program(postgresql.New, "store", &postgresql.Args{
			PostgreSQL: spec.PostgreSQL{StorageGiB: 65537}, Namespace: "default", EngineVersion: "12",
		}), `postgresql "store": ` + harness.Errors(
			`engineVersion: Unsupported value: "12": supported values: "17", "18"`,
			`namespace: Invalid value: "default": belongs to Kubernetes; the store gets a namespace of its own`,
			`storageGiB: Invalid value: 65537: must be 1 to 65536`,
		)},
		"account": {harness.Program(postgresql.NewAccount, "account", &postgresql.AccountArgs{
			Connections: 201,
		}), `postgresql account "account": ` + harness.Errors(
			`connections: Invalid value: 201: must be from 1 to 200, what the server has for all`,
			`store: Required value: the Ref of the server the account is made in`,
			`tenant: Required value: the name of the tenant, which is also its namespace`,
		)},
		"connections": {harness.Program(postgresql.NewAccount, "account", &postgresql.AccountArgs{
			Store: valid.PostgreSQLRef(), Tenant: "fraud", Connections: -1,
		}), `postgresql account "account": connections: Invalid value: -1: must be from 1 to 200, what the server has for all`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := harness.RunErr(test.build)
			require.ErrorContains(t, err, test.want)
		})
	}
}
