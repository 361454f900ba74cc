package engine_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/record"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/tests/engine/deployed"
	"github.com/mlops-iac/mlops/tests/harness"
)

// volumeSizes are those of stack local, in GiB.
type volumeSizes struct{ objects, metadata, metrics, records int }

// localFile is the stack file of local with a Loki and volumes of other sizes.
func localFile(t *testing.T, sizes volumeSizes) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(checkout, "Pulumi.local.yaml"))
	require.NoError(t, err)
	file := string(text)
	for old, size := range map[string]string{
		"storageGiB: 5\n":     fmt.Sprintf("storageGiB: %d\n", sizes.objects),
		"storageGiB: 2\n":     fmt.Sprintf("storageGiB: %d\n", sizes.metadata),
		"storageGiB: 10\n":    fmt.Sprintf("storageGiB: %d\n", sizes.metrics),
		"destination: stdout": fmt.Sprintf("destination: loki\n      loki: {storageGiB: %d}", sizes.records),
	} {
		require.Equal(t, 1, strings.Count(string(text), old), old)
		file = strings.Replace(file, old, size, 1)
	}
	return file
}

// Names of what grows in stack local.
const (
	objectsClaim   = "mlops-local-objects-claim-0"
	metadataClaim  = "mlops-local-metadata-claim-0"
	metricsClaim   = "mlops-local-monitoring-prometheus-claim-0"
	recordsClaim   = "mlops-local-loki-claim-0"
	metricsRelease = "mlops-local-monitoring-release"
	releaseType    = "kubernetes:helm.sh/v3:Release"
)

func updated(token, name string) deployed.Call {
	return deployed.Call{What: "update", Type: token, Name: name}
}

// Proves C8 by the real engine with state: larger volumes are an update of their claims, in
// place, and of nothing else but what Prometheus is told; smaller ones are refused before
// anything is touched.
func TestC8VolumesGrowInPlace(t *testing.T) {
	stack := deployed.Open(t, checkout, "local")
	small := deployed.Run{File: localFile(t, volumeSizes{5, 2, 50, 10})}
	large := deployed.Run{File: localFile(t, volumeSizes{20, 4, 100, 30})}
	plan, _, err := stack.Up(t, small)
	require.NoError(t, err, messages(plan))

	plan, calls, err := stack.Up(t, large)
	require.NoError(t, err, messages(plan))
	assert.Equal(t, map[string]string{
		record.Token + " " + record.Name:              "update",
		"mlops:index:MinIO mlops-local-objects":       "update",
		"mlops:index:PostgreSQL mlops-local-metadata": "update",
		"mlops:index:Loki mlops-local-loki":           "update",
		harness.ClaimType + " " + objectsClaim:        "update",
		harness.ClaimType + " " + metadataClaim:       "update",
		harness.ClaimType + " " + metricsClaim:        "update",
		harness.ClaimType + " " + recordsClaim:        "update",
		releaseType + " " + metricsRelease:            "update",
	}, operations(plan))
	assert.ElementsMatch(t, []deployed.Call{
		updated(harness.ClaimType, objectsClaim), updated(harness.ClaimType, metadataClaim),
		updated(harness.ClaimType, metricsClaim), updated(harness.ClaimType, recordsClaim), updated(releaseType, metricsRelease),
	}, calls)
	assert.Less(t, slices.Index(calls, updated(harness.ClaimType, metricsClaim)), slices.Index(calls, updated(releaseType, metricsRelease)),
		"Prometheus may fill what it does not have yet")
	plan, calls, err = stack.Up(t, large)
	require.NoError(t, err, messages(plan))
	assert.Empty(t, operations(plan))
	assert.Empty(t, calls)

	before := resources(t, stack.State(t))
	plan, calls, err = stack.Up(t, small)
	require.ErrorIs(t, err, engine.ErrPlan)
	for key, least := range map[string]string{
		"objectStore.storageGiB: Invalid value: 5": "20", "metadataStore.storageGiB: Invalid value: 2": "4",
		"monitoring.storageGiB: Invalid value: 50": "100", "logs.loki.storageGiB: Invalid value: 10": "30",
	} {
		assert.Contains(t, messages(plan), key+": must be at least "+least+": Kubernetes refuses to shrink a volume")
	}
	assert.Empty(t, calls)
	assert.Equal(t, before, resources(t, stack.State(t)))
}

// TestC8AStackWithoutClaims takes the claims out of the state, as of a stack that was
// deployed when StatefulSets made them.
//
// Proves C8 by the real engine with state: the claims of a stack that exists are taken over
// with their new size, and its servers stay as they are.
func TestC8AStackWithoutClaims(t *testing.T) {
	stack := deployed.Open(t, checkout, "local")
	plan, _, err := stack.Up(t, deployed.Run{File: localFile(t, volumeSizes{5, 2, 50, 10})})
	require.NoError(t, err, messages(plan))
	claims := map[string]string{}
	for _, r := range plan.Resources {
		if r.Type == harness.ClaimType && strings.Contains(r.Name, "-claim-") {
			stack.Forget(t, r.URN)
			claims[r.Name] = "create"
		}
	}
	require.Len(t, claims, 5)

	plan, _, err = stack.Up(t, deployed.Run{File: localFile(t, volumeSizes{20, 4, 50, 30})})
	require.NoError(t, err, messages(plan))
	done := map[string]string{}
	for _, r := range plan.Resources {
		if r.Custom && r.Op != "same" && r.Type != record.Token {
			done[r.Name] = r.Op
		}
	}
	assert.Equal(t, claims, done)
}

// Proves C8 by the real engine with state: on AWS more room for metrics is an update of their
// claim and of what Prometheus is told, and less is refused before anything is touched.
func TestC8MetricsGrowOnAWS(t *testing.T) {
	stack := deployedOnce(t)
	plan, calls, err := stack.Up(t, deployed.Run{File: devFile(t, "storageGiB: 50", "storageGiB: 100")})
	require.NoError(t, err, messages(plan))
	assert.Equal(t, []deployed.Call{
		updated(harness.ClaimType, "mlops-dev-monitoring-prometheus-claim-0"), updated(releaseType, "mlops-dev-monitoring-release"),
	}, calls)

	plan, calls, err = stack.Up(t, deployed.Run{File: devFile(t)})
	require.ErrorIs(t, err, engine.ErrPlan)
	assert.Contains(t, messages(plan), "monitoring.storageGiB: Invalid value: 50: must be at least 100")
	assert.Empty(t, calls)
}
