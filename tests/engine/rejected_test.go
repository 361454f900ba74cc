package engine_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/preview"
)

// copied makes a checkout of what a preview reads, with one stack file changed.
func copied(t *testing.T, stack string, change func(string) string) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range []string{"Pulumi.yaml", stack, "tools/pulumi/go.mod", "tools/eks-provider/package.json", "tools/eks-provider/package-lock.json"} {
		data, err := os.ReadFile(filepath.Join(checkout, name))
		require.NoError(t, err)
		if name == stack {
			data = []byte(change(string(data)))
		}
		target := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(target), 0o750))
		require.NoError(t, os.WriteFile(target, data, 0o600))
	}
	return root
}

// An exemption that nothing needs is a violation of the guard's own rule, and
// the only one a stack file can contain: values that would break a rule are
// errors of the settings already.
func TestGuardViolationRejectsThePreview(t *testing.T) {
	t.Parallel()
	root := copied(t, "Pulumi.dev.yaml", func(text string) string {
		return strings.Replace(text, "exemptions: []",
			"exemptions: [{rule: MLOPS-NET-001, resource: nothing, reason: shows that it is told}]", 1)
	})
	var out, progress bytes.Buffer
	err := preview.Run(context.Background(), preview.Options{Folder: root, Stack: "dev", Out: &out, Progress: &progress})
	require.ErrorIs(t, err, preview.ErrRejected)
	assert.Contains(t, out.String(), `violation  exemption from "MLOPS-NET-001" for "nothing"`)
	assert.Contains(t, out.String(), ", 1 guard violations, ")
}

func TestSecretsOfAStackFileStaySecret(t *testing.T) {
	t.Parallel()
	root := copied(t, "Pulumi.dev.yaml", func(text string) string {
		return strings.Replace(text, "        sns:\n",
			"        slack: {webhookUrl: {secure: AAABAcipher}, channel: \"#ml\"}\n        sns:\n", 1)
	})
	plan := filepath.Join(t.TempDir(), "plan.json")
	var out, progress bytes.Buffer
	err := preview.Run(context.Background(), preview.Options{Folder: root, Stack: "dev", JSON: plan, Out: &out, Progress: &progress})
	require.NoError(t, err, out.String())
	data, err := os.ReadFile(plan)
	require.NoError(t, err)
	assert.Contains(t, string(data), "mlops-dev-monitoring-alertmanager-credentials")
	for _, text := range []string{string(data), out.String(), progress.String()} {
		assert.NotContains(t, text, "placeholder", "the value of a secret must not appear")
		assert.NotContains(t, text, "AAABAcipher")
	}
}

// TestEditsAreTold previews a stack file beside an earlier version of it: what the edits
// do is told, and what an update of the deployed stack refuses ends the preview.
func TestEditsAreTold(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile(filepath.Join(checkout, "Pulumi.dev.yaml"))
	require.NoError(t, err)
	earlier := func(old, was string) string {
		require.Contains(t, string(file), old)
		path := filepath.Join(t.TempDir(), "earlier.yaml")
		require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(file), old, was, 1)), 0o600))
		return path
	}
	run := func(was string) (string, error) {
		var out, progress bytes.Buffer
		err := preview.Run(context.Background(), preview.Options{Folder: checkout, Stack: "dev", Was: was, Out: &out, Progress: &progress})
		return out.String(), err
	}
	owner := earlier("owner: ml-platform", "owner: somebody-else")
	out, err := run(owner)
	require.NoError(t, err, out)
	assert.Contains(t, out, "Edits of the stack file: 1\n  ~ owner: \"somebody-else\" -> \"ml-platform\"\n      Changing it later: updates ")
	assert.Contains(t, out, "Against "+owner+": dev has 0 resources more, 0 fewer, ")

	out, err = run(earlier("environment: dev", "environment: develop"))
	require.ErrorIs(t, err, preview.ErrRejected)
	assert.Contains(t, out, "  refused  nothing was changed, because settings differ from those this stack was deployed with: "+
		"environment: Invalid value: \"dev\": must stay \"develop\": ")

	// What today's tenants need may be in the same change as the tenants themselves.
	out, err = run(earlier("- name: inference", "- name: serving"))
	require.NoError(t, err, out)
	assert.Contains(t, out, "Edits of the stack file: 2\n  ~ registry.repositories[inference]: (none) -> ")
	assert.Contains(t, out, "The earlier version: its resources are not compared, because it does not fit today's tenants: Pulumi.dev.yaml: ")
	assert.NotContains(t, out, "Against ")

	out, err = run(earlier("environment: dev", "environment: dev\n    ofAnotherTime: 1"))
	require.NoError(t, err, out)
	assert.NotContains(t, out, "Edits of the stack file")
	assert.Contains(t, out, "The earlier version: it is not compared, because this program does not read it: Pulumi.dev.yaml: ")
}
