package stack_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/tests/harness"
)

// placed are the node selectors of everything of the platform itself, and how
// strictly a tenant's pods choose their nodes.
func placed(t *testing.T, record *harness.Recorder) (selectors []any, strict, lenient any) {
	t.Helper()
	for _, server := range record.OfType(serverType) {
		selectors = append(selectors, server.Prop("spec.template.spec.nodeSelector"))
	}
	selectors = append(selectors,
		record.One(t, releaseType, "mlops-local-metrics-server-release").Prop("values.nodeSelector"),
		record.One(t, releaseType, "mlops-local-monitoring-release").Prop("values.prometheus.prometheusSpec.nodeSelector"))
	const affinity = "spec.template.spec.affinity.nodeAffinity."
	pods := record.One(t, deploymentType, "mlops-local-tenant-tenant-a-deployment")
	return selectors, pods.Prop(affinity + "requiredDuringSchedulingIgnoredDuringExecution"),
		pods.Prop(affinity + "preferredDuringSchedulingIgnoredDuringExecution")
}

func TestAnyNodeWillDo(t *testing.T) {
	t.Parallel()
	selectors, strict, lenient := placed(t, recorded(t, localStack, "up"))
	for _, selector := range selectors {
		assert.Empty(t, selector)
	}
	assert.Nil(t, strict)
	assert.NotNil(t, lenient)
}

func TestNodesWithRoles(t *testing.T) {
	t.Parallel()
	record, err := buildLocal(t, map[string]any{"kubernetes.nodeRoles": true}, platform.Options{})
	require.NoError(t, err)
	selectors, strict, lenient := placed(t, record)
	for _, selector := range selectors {
		assert.Equal(t, map[string]any{"mlops.io/node-role": "system"}, selector)
	}
	assert.NotNil(t, strict)
	assert.Nil(t, lenient)
}

// volumeClasses are the storage classes of every volume of the platform.
func volumeClasses(t *testing.T, record *harness.Recorder) []any {
	t.Helper()
	monitoring := record.One(t, releaseType, "mlops-local-monitoring-release")
	const claim = "volumeClaimTemplate.spec.storageClassName"
	classes := []any{
		monitoring.Prop("values.prometheus.prometheusSpec.storageSpec." + claim),
		monitoring.Prop("values.alertmanager.alertmanagerSpec.storage." + claim),
	}
	for _, server := range record.OfType(serverType) {
		classes = append(classes, server.Prop("spec.volumeClaimTemplates.0.spec.storageClassName"))
	}
	for _, volume := range record.OfType(harness.ClaimType) {
		classes = append(classes, volume.Prop("spec.storageClassName"))
	}
	require.Len(t, classes, 10)
	return classes
}

func TestStorageClass(t *testing.T) {
	t.Parallel()
	for _, class := range volumeClasses(t, recorded(t, localStack, "up")) {
		assert.Nil(t, class, "the default class of the cluster")
	}
	record, err := buildLocal(t, map[string]any{"kubernetes.storageClass": "fast"}, platform.Options{})
	require.NoError(t, err)
	for _, class := range volumeClasses(t, record) {
		assert.Equal(t, "fast", class)
	}
}

func TestStoresHaveTheSizesOfTheStackFile(t *testing.T) {
	t.Parallel()
	record := recorded(t, localStack, "up")
	const size = "spec.volumeClaimTemplates.0.spec.resources.requests.storage"
	assert.Equal(t, "5Gi", record.One(t, serverType, "mlops-local-objects-server").Prop(size))
	assert.Equal(t, "2Gi", record.One(t, serverType, "mlops-local-metadata-server").Prop(size))
}

func TestTheStoresOfAProtectedStackAreKept(t *testing.T) {
	t.Parallel()
	record, err := buildLocal(t, map[string]any{"protect": true, "retainOnDelete": true}, platform.Options{})
	require.NoError(t, err)
	for _, server := range record.OfType(serverType) {
		assert.True(t, server.Protect, server.Name)
		assert.True(t, server.RetainOnDelete, server.Name)
	}
}
