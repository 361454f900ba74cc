package rehearsal_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/docgen/impact"
)

// TestUpgrade walks the steps of docs/upgrading.md from one minor version to the next:
// the version first, and the pin of kube-proxy in the update after it; each must do what
// the edits of these keys do. It is planned, for the emulator has no upgrade of a
// cluster; in which order the engine does it, tests/engine says.
//
// Proves C9 by the real provider's plan: an upgrade by one minor version changes the
// control plane and every node group in place, and a pin that is moved after it changes
// its add-on and nothing else.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	if *brief {
		t.Skip("SKIPPED: an upgrade is walked in whole rehearsals only")
	}
	const version, pins = "cluster.version", "cluster.addonVersions"
	old, moved := map[string]string{"kube-proxy": "v1.34.0-eksbuild.2"}, map[string]string{"kube-proxy": "v1.35.0-eksbuild.2"}
	s := open(t, edited)
	s.changed(t, map[string]any{version: "1.34", pins: old})
	require.NoError(t, s.Pretend(t.Context(), verifier.Schema()))

	s.changed(t, map[string]any{version: "1.35", pins: old})
	golden(t, impact.Edit{Name: "cluster version"}.ResultFile(s.name), s.planned(t))

	require.NoError(t, s.Pretend(t.Context(), verifier.Schema()))
	s.changed(t, map[string]any{version: "1.35", pins: moved})
	golden(t, impact.Edit{Name: "cluster addonVersions"}.ResultFile(s.name), s.planned(t))
}

// changed makes the stack with other values the configuration.
func (s *stack) changed(t *testing.T, set map[string]any) {
	t.Helper()
	s.edit(t, set)
	require.NoError(t, s.Write(s.Resources))
}

// planned is what a plan changes, as in the results of edits.
func (s stack) planned(t *testing.T) string {
	t.Helper()
	changes, found, err := s.Changes(t.Context())
	fine(t, found, err)
	return describe(changes)
}
