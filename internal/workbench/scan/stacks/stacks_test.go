package stacks_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/scan/stacks"
)

// checkout makes a folder that looks like a checkout to the command.
func checkout(t *testing.T, exemptions string) string {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(root, "policy"), 0o700))
	for name, text := range map[string]string{
		"Pulumi.yaml": "name: mlops\nruntime: go\n", "Pulumi.one.yaml": "config: {mlops:platform: {ownr: x}}\n",
		"policy/scan-exemptions.yaml": exemptions,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o600))
	}
	return root
}

// Nothing slow starts before bad input is refused.
func TestBadInputIsRefusedFirst(t *testing.T) {
	t.Parallel()
	good := checkout(t, "exemptions: []\n")
	bad := checkout(t, "exemptions: [{scanner: x}]\n")
	for name, c := range map[string]struct {
		options stacks.Options
		want    string
	}{
		"no such stack":   {stacks.Options{Folder: good, Stacks: []string{"two"}}, `stack "two" has no file Pulumi.two.yaml in ` + good + `; there is one`},
		"bad stack file":  {stacks.Options{Folder: good}, `ownr: Forbidden: unknown key, did you mean "owner"?`},
		"bad exemptions":  {stacks.Options{Folder: bad}, `exemptions[0].scanner: Unsupported value: "x"`},
		"not a checkout":  {stacks.Options{Folder: t.TempDir()}, "run this inside a checkout of the platform"},
		"the stack twice": {stacks.Options{Folder: good, Stacks: []string{"one", "one"}}, `stack "one" is named twice`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var told bytes.Buffer
			c.options.Out, c.options.Progress = &told, &told
			err := stacks.Run(context.Background(), c.options)
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
			assert.Empty(t, told.String())
		})
	}
}
