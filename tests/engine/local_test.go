package engine_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/preview"
)

// TestEmbeddedPreviewOfAnExistingCluster plans the local stack. It needs no
// provider but that of Kubernetes, and asks no cluster.
func TestEmbeddedPreviewOfAnExistingCluster(t *testing.T) {
	t.Setenv("KUBECONFIG", "/of/this/machine")
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	result, err := preview.Stack(ctx, checkout, "local", t.Logf)
	require.NoError(t, err, "%v", result.Plan.Diagnostics)
	assert.Empty(t, result.Plan.Diagnostics)
	require.NoError(t, result.Guard.Err())
	assert.Greater(t, result.Guard.Checked, 90)
	assert.Empty(t, result.Plan.Lookups, "without a cloud there is nothing to ask")
	require.Len(t, result.Plan.Providers, 1)
	assert.Equal(t, "kubernetes", result.Plan.Providers[0].Package)

	counts := map[string]int{}
	for _, r := range result.Plan.Resources {
		counts[r.Type]++
		assert.Equal(t, "create", r.Op, r.URN)
		assert.False(t, strings.HasPrefix(r.Type, "aws:") || strings.HasPrefix(r.Type, "eks:"), r.URN)
		if r.Type == "pulumi:providers:kubernetes" {
			assert.NotContains(t, r.Inputs["kubeconfig"], "machine", "what this machine says must not get into the plan")
			assert.Equal(t, "kind-mlops", r.Inputs["context"])
		}
	}
	for token, count := range map[string]int{
		"mlops:index:MinIO": 1, "mlops:index:PostgreSQL": 1, "mlops:index:MetricsServer": 1, "mlops:index:Monitoring": 1,
		"mlops:index:Tenant": 2, "mlops:index:MinIOAccount": 2, "mlops:index:PostgreSQLAccount": 2,
		"kubernetes:apps/v1:StatefulSet": 2, "kubernetes:core/v1:Namespace": 6, "kubernetes:helm.sh/v3:Release": 2,
		"pulumi:providers:kubernetes": 1,
	} {
		assert.Equal(t, count, counts[token], token)
	}
	checkTree(t, result.Plan)
}
