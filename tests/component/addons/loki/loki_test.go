package loki_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/addons/loki"
	"github.com/mlops-iac/mlops/components/addons/loki/spec"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/contract"
	"github.com/mlops-iac/mlops/tests/harness/example"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/addons"
)

func install(t *testing.T, args *loki.Args) *harness.Recorder {
	t.Helper()
	return harness.Run(t, func(ctx *pulumi.Context) error {
		kept, err := loki.New(ctx, "logs", args)
		if err != nil {
			return err
		}
		assert.Len(t, kept.Ready(), 1)
		return nil
	})
}

func TestRelease(t *testing.T) {
	t.Parallel()
	args := valid.Loki()
	args.RetentionDays, args.StorageGiB, args.StorageClass = 14, 20, "fast"
	args.NodeSelector = map[string]string{"mlops.io/node-role": "system"}
	record := install(t, args)
	require.Len(t, record.Resources(), 5)
	release := record.One(t, "kubernetes:helm.sh/v3:Release", "logs-release")
	for path, want := range map[string]any{
		"version": loki.Record.Version, "namespace": "loki", "name": "loki",
		"values.deploymentMode":                           "SingleBinary",
		"values.loki.auth_enabled":                        false,
		"values.loki.storage.type":                        "filesystem",
		"values.loki.limits_config.retention_period":      "336h",
		"values.loki.compactor.retention_enabled":         true,
		"values.loki.schemaConfig.configs.0.object_store": "filesystem",
		"values.singleBinary.replicas":                    1.0,
		"values.singleBinary.persistence.size":            "20Gi",
		"values.singleBinary.persistence.storageClass":    "fast",
		"values.singleBinary.nodeSelector":                map[string]any{"mlops.io/node-role": "system"},
		"values.read.replicas":                            0.0,
		"values.gateway.enabled":                          false,
		"values.lokiCanary.enabled":                       false,
		"values.chunksCache.enabled":                      false,
		"values.test.enabled":                             false,
	} {
		assert.Equal(t, want, release.Prop(path), path)
	}
	harness.AssertDependsOn(t, release, "logs-network-policy")
	plain := install(t, valid.Loki()).One(t, "kubernetes:helm.sh/v3:Release", "logs-release")
	assert.Nil(t, plain.Prop("values.singleBinary.persistence.storageClass"), "the default class of the cluster")
	assert.Equal(t, "168h", plain.Prop("values.loki.limits_config.retention_period"))
}

// Proves C8 by Pulumi mocks: the claim of Loki is the program's, under the name that
// Kubernetes looks for, and the release neither fails for another size nor deletes the claim.
func TestC8TheClaimIsTheProgramsOwn(t *testing.T) {
	t.Parallel()
	args := valid.Loki()
	args.StorageGiB = 0
	claim := harness.Claim{
		Name: "storage-loki-0", Parent: "logs", Namespace: "loki", Size: "10Gi",
		Labels: map[string]any{"app.kubernetes.io/managed-by": "pulumi"},
	}
	harness.AssertClaims(t, install(t, args), map[string]harness.Claim{"logs-claim-0": claim})

	args.Namespace, args.StorageGiB, args.StorageClass = "records", 20, "fast"
	claim.Namespace, claim.Size, claim.Class = "records", "20Gi", "fast"
	record := install(t, args)
	harness.AssertClaims(t, record, map[string]harness.Claim{"logs-claim-0": claim})

	release := record.One(t, "kubernetes:helm.sh/v3:Release", "logs-release")
	harness.AssertDependsOn(t, release, "logs-claim-0")
	assert.Equal(t, []string{"values.singleBinary.persistence.size", "values.singleBinary.persistence.storageClass"}, release.IgnoreChanges)
	assert.Equal(t, map[string]any{
		"enabled": true, "size": "20Gi", "storageClass": "fast", "enableStatefulSetAutoDeletePVC": false,
	}, release.Prop("values.singleBinary.persistence"))
}

func TestWhoMayAsk(t *testing.T) {
	t.Parallel()
	policy := install(t, valid.Loki()).One(t, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "logs-network-policy")
	assert.Equal(t, []any{"Ingress", "Egress"}, policy.Prop("spec.policyTypes"))
	for i, namespace := range []string{"logging", "monitoring"} {
		peer := policy.Prop("spec.ingress.0.from").([]any)[i].(map[string]any)
		assert.Equal(t, map[string]any{"matchLabels": map[string]any{"kubernetes.io/metadata.name": namespace}}, peer["namespaceSelector"])
	}
	assert.InDelta(t, 3100.0, policy.Prop("spec.ingress.0.ports.0.port"), 0)
}

func TestDataSource(t *testing.T) {
	t.Parallel()
	args := valid.Loki()
	args.GrafanaNamespace = pulumi.String("monitoring")
	source := install(t, args).One(t, "kubernetes:core/v1:ConfigMap", "logs-data-source")
	assert.Equal(t, "monitoring", source.Prop("metadata.namespace"))
	assert.Equal(t, "1", source.Prop("metadata.labels.grafana_datasource"))
	data, _ := source.Prop("data").(map[string]any)
	assert.Contains(t, data["loki.yaml"], "url: http://loki.loki.svc:3100\n")
}

func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	record, err := harness.RunErr(harness.Program(loki.New, "logs", &loki.Args{
		Loki: spec.Loki{RetentionDays: 400, StorageGiB: -1}, StorageClass: "Not A Name",
	}))
	for _, want := range []string{
		"clientNamespace: Invalid value: \"\"", "retentionDays: Invalid value: 400: must be 1 to 365",
		"storageGiB: Invalid value: -1: must be 1 to 65536", `storageClass: Invalid value: "Not A Name"`,
	} {
		require.ErrorContains(t, err, want)
	}
	assert.Empty(t, record.Resources(), "nothing may be registered")
}

func TestContract(t *testing.T) {
	t.Parallel()
	contract.Check(t, &loki.Loki{}, loki.Args{}, loki.Token)
}

// A Loki that Fluent Bit in the namespace logging may write to.
func Example() {
	example.PrintResources(func(ctx *pulumi.Context) error {
		_, err := loki.New(ctx, "logs", &loki.Args{
			Loki:             spec.Loki{RetentionDays: 14, StorageGiB: 20},
			ClientNamespace:  "logging",
			GrafanaNamespace: pulumi.String("monitoring"),
		})
		return err
	})
	// Output:
	// mlops:index:Loki logs
	//   kubernetes:core/v1:ConfigMap logs-data-source
	//   kubernetes:core/v1:Namespace logs-namespace
	//   kubernetes:core/v1:PersistentVolumeClaim logs-claim-0
	//   kubernetes:helm.sh/v3:Release logs-release
	//   kubernetes:networking.k8s.io/v1:NetworkPolicy logs-network-policy
}
