package stores

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/tests/harness"
)

// AssertOwnClaim checks the claim of the store "store": as it is by default, and in a
// store with 700 GiB of class "fast" that is protected and retained. There the server
// comes after the claim, neither makes itself anew for another size nor deletes it.
func AssertOwnClaim(t *testing.T, app, namespace, size string, byDefault, large *harness.Recorder) {
	t.Helper()
	claim := harness.Claim{
		Name: "data-" + app + "-0", Parent: "store", Namespace: namespace, Size: size,
		Labels: map[string]any{
			"app.kubernetes.io/part-of": "mlops", "app.kubernetes.io/managed-by": "pulumi",
			"app.kubernetes.io/name": app, "app.kubernetes.io/component": "server",
		},
	}
	harness.AssertClaims(t, byDefault, map[string]harness.Claim{"store-claim-0": claim})
	claim.Size, claim.Class, claim.Protect, claim.RetainOnDelete = "700Gi", "fast", true, true
	harness.AssertClaims(t, large, map[string]harness.Claim{"store-claim-0": claim})

	server := large.One(t, StatefulSetType, "store-server")
	harness.AssertDependsOn(t, server, "store-claim-0")
	assert.Equal(t, []string{"spec.volumeClaimTemplates"}, server.IgnoreChanges)
	assert.Equal(t, map[string]any{"whenDeleted": "Retain", "whenScaled": "Retain"}, server.Prop("spec.persistentVolumeClaimRetentionPolicy"))
}
