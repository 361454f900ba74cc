package loki_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/addons/loki"
	"github.com/mlops-iac/mlops/tests/pulumitest"
	"github.com/mlops-iac/mlops/tests/pulumitest/valid"
)

func install(t *testing.T, args *loki.Args) *pulumitest.Recorder {
	t.Helper()
	return pulumitest.Run(t, func(ctx *pulumi.Context) error {
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
	require.Len(t, record.Resources(), 4)
	release := record.One(t, "kubernetes:helm.sh/v3:Release", "logs-release")
	for path, want := range map[string]any{
		"version": loki.ChartVersion, "namespace": "loki", "name": "loki",
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
	pulumitest.AssertDependsOn(t, release, "logs-network-policy")
	plain := install(t, valid.Loki()).One(t, "kubernetes:helm.sh/v3:Release", "logs-release")
	assert.Nil(t, plain.Prop("values.singleBinary.persistence.storageClass"), "the default class of the cluster")
	assert.Equal(t, "168h", plain.Prop("values.loki.limits_config.retention_period"))
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

func TestFaults(t *testing.T) {
	t.Parallel()
	record, err := pulumitest.RunErr(func(ctx *pulumi.Context) error {
		_, err := loki.New(ctx, "logs", &loki.Args{RetentionDays: 400, StorageGiB: -1, StorageClass: "Not A Name"})
		return err
	})
	for _, want := range []string{
		"clientNamespace: Invalid value: \"\"", "retentionDays: Invalid value: 400: must be 1 to 365",
		"storageGiB: Invalid value: -1: must be 1 to 65536", `storageClass: Invalid value: "Not A Name"`,
	} {
		require.ErrorContains(t, err, want)
	}
	assert.Empty(t, record.Resources(), "nothing may be registered")
}
