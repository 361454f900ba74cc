package conformance_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/preflight"
	"github.com/mlops-iac/mlops/internal/workbench/localcluster"
	"github.com/mlops-iac/mlops/tests/suites/conformance/harness"
)

func TestPreflightOfTheSimulatedCluster(t *testing.T) {
	t.Parallel()
	cluster := harness.Start(t, localcluster.Options{})
	_, err := cluster.Client.StorageV1().StorageClasses().Create(t.Context(), &storagev1.StorageClass{
		ObjectMeta: metav1.ObjectMeta{Name: "preflight"}, Provisioner: "example.com/none",
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	// Nothing answers names there.
	at := preflight.Target{Kubeconfig: cluster.Kubeconfig(), StorageClass: "missing", DNS: spec.DNS{CIDRs: []string{"169.254.20.10/32"}}}
	err = preflight.Check(t.Context(), at)
	require.Error(t, err)
	assert.Len(t, strings.Split(err.Error(), "\n"), 2)
	assert.ErrorContains(t, err, `kubernetes.storageClass: the cluster has no StorageClass "missing"; name one of `)
	assert.ErrorContains(t, err, "preflight")
	assert.ErrorContains(t, err, "kubernetes.networkPolicyEnforced: nothing that enforces network policies was recognised", "simulated nodes enforce nothing")

	at.StorageClass, at.NetworkPolicyEnforced, at.MinimumMinor = "preflight", true, 99
	require.ErrorContains(t, preflight.Check(t.Context(), at), "and the platform needs 1.99 or newer")
	at.MinimumMinor = 0
	require.NoError(t, preflight.Check(t.Context(), at))
}
