package provider_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/preflight"
)

func TestPreflightOfTheSimulatedCluster(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	class := e.create("kubernetes:storage.k8s.io/v1:StorageClass", "preflight", object{"provisioner": "example.com/none"})
	err := preflight.Check(t.Context(), preflight.Target{Kubeconfig: kubeconfig, StorageClass: "missing"})
	require.Error(t, err)
	assert.Len(t, strings.Split(err.Error(), "\n"), 2)
	assert.ErrorContains(t, err, `kubernetes.storageClass: the cluster has no StorageClass "missing"; name one of `)
	assert.ErrorContains(t, err, class.id)
	assert.ErrorContains(t, err, "kubernetes.networkPolicyEnforced: nothing that enforces network policies was recognised", "simulated nodes enforce nothing")

	err = preflight.Check(t.Context(), preflight.Target{Kubeconfig: kubeconfig, StorageClass: class.id, NetworkPolicyEnforced: true, MinimumMinor: 99})
	require.ErrorContains(t, err, "and the platform needs 1.99 or newer")
	require.NoError(t, preflight.Check(t.Context(), preflight.Target{Kubeconfig: kubeconfig, StorageClass: class.id, NetworkPolicyEnforced: true}))
}
