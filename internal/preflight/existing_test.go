package preflight_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/preflight"
	"github.com/mlops-iac/mlops/internal/settings"
)

// TestExistingClusterIsTheOneOfTheStackFile changes one setting after the other of a
// cluster that needs them all.
func TestExistingClusterIsTheOneOfTheStackFile(t *testing.T) {
	t.Parallel()
	needy := openShift()
	needy.classes, needy.sets = []any{class("fast", false)}, nil
	kubeconfig, _ := start(t, needy)
	wanted := settings.Kubernetes{
		Kubeconfig: kubeconfig, Context: "elsewhere", StorageClass: "fast", NetworkPolicyEnforced: true,
		DNS: spec.DNS{Namespace: "openshift-dns", PodLabels: map[string]string{openShiftLabel: "default"}, Ports: []int{5353}},
	}
	require.NoError(t, preflight.ExistingCluster(t.Context(), wanted))
	for name, c := range map[string]struct {
		change func(*settings.Kubernetes)
		want   string
	}{
		"kubeconfig": {func(s *settings.Kubernetes) { s.Kubeconfig = filepath.Join(t.TempDir(), "missing") }, "kubernetes.kubeconfig: "},
		"context":    {func(s *settings.Kubernetes) { s.Context = "nowhere" }, "kubernetes.context: "},
		"class":      {func(s *settings.Kubernetes) { s.StorageClass = "" }, "kubernetes.storageClass: "},
		"enforced": {func(s *settings.Kubernetes) { s.NetworkPolicyEnforced, s.NodeRoles = false, true },
			"kubernetes.networkPolicyEnforced: "},
		"DNS": {func(s *settings.Kubernetes) { s.DNS = spec.DNS{} }, "kubernetes.dns: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := wanted
			c.change(&changed)
			err := preflight.ExistingCluster(t.Context(), changed)
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), "\n", "nothing else is in the way")
		})
	}
	older := *needy
	older.version = object{"major": "1", "minor": "33", "gitVersion": "v1.33.9"}
	ofOlder := wanted
	ofOlder.Kubeconfig, _ = start(t, &older)
	require.EqualError(t, preflight.ExistingCluster(t.Context(), ofOlder),
		"kubernetes.context: the cluster runs Kubernetes v1.33.9 and the platform needs 1.34 or newer; upgrade the cluster or use another")
}
