package preview_test

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

func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o600))
	}
	return root
}

func run(t *testing.T, options preview.Options) (string, error) {
	t.Helper()
	var out bytes.Buffer
	options.Out, options.Progress = &out, &out
	err := preview.Run(context.Background(), options)
	return out.String(), err
}

func TestEveryErrorIsToldBeforeAnythingStarts(t *testing.T) {
	t.Parallel()
	root := folder(t, map[string]string{
		"Pulumi.yaml": "name: mlops\nruntime: go\n",
		"Pulumi.bad.yaml": `config:
  mlops:platform:
    environment: dev
    owner: platform-team
    costCenter: ml
    aws: {region: eu-west-1, accountId: "12"}
    network: {cidr: 10.0.0.0/33, nat: many}
    cluster: {adminPrincipalArns: [], versoin: "1.35"}
    registry: {repositories: [{name: inference}], keepImages: "ten"}
`,
	})
	output, err := run(t, preview.Options{Folder: root, Stack: "bad"})
	require.Error(t, err)
	for _, path := range []string{"aws.accountId", "network.cidr", "network.nat", "cluster.versoin", "registry.keepImages"} {
		assert.Equal(t, 1, strings.Count(err.Error(), path+": "), "%s in\n%v", path, err)
	}
	assert.Contains(t, err.Error(), "Pulumi.bad.yaml")
	assert.NotContains(t, output, "Planning", "the engine must not have been started")
}

func TestUnknownStackNamesTheKnownOnes(t *testing.T) {
	t.Parallel()
	root := folder(t, map[string]string{"Pulumi.yaml": "name: mlops\n", "Pulumi.one.yaml": "", "Pulumi.two.yaml": ""})
	_, err := run(t, preview.Options{Folder: root, Stack: "three"})
	assert.EqualError(t, err, `stack "three" has no file Pulumi.three.yaml in `+root+`; there is one, two`)
}

func TestOutsideACheckout(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	_, err := run(t, preview.Options{Folder: root, Stack: "dev"})
	assert.EqualError(t, err, "no Pulumi.yaml in "+root+" or above: run this inside a checkout of the platform")
}
