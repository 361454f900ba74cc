package scan_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/scan"
)

// What the engine writes for values it does not know, and for secrets.
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

func secret() map[string]any {
	return map[string]any{"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "[secret]"}
}

func deployment(name string, inputs map[string]any) engine.Resource {
	return engine.Resource{Type: "kubernetes:apps/v1:Deployment", Name: name, Custom: true, Inputs: inputs}
}

func TestWriteManifests(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	written, err := scan.WriteManifests(engine.Plan{Resources: []engine.Resource{
		{Type: "aws:s3/bucketV2:BucketV2", Name: "bucket", Custom: true},
		{Type: "pulumi:providers:kubernetes", Name: "provider", Custom: true},
		{Type: "kubernetes:helm.sh/v3:Release", Name: "release-b", Custom: true},
		{Type: "kubernetes:helm.sh/v3:Release", Name: "release-a", Custom: true},
		deployment("a/b:c", map[string]any{
			"apiVersion": "apps/v1", "kind": "Deployment", "metadata": map[string]any{"namespace": unknown},
			"spec": map[string]any{
				"replicas": 2.0,
				"template": map[string]any{"spec": map[string]any{"containers": []any{map[string]any{"image": unknown, "args": []any{"-x", unknown}}}}},
				"note":     secret(),
			},
		}),
		{Type: "kubernetes:core/v1:Secret", Name: "s", Custom: true, Inputs: map[string]any{
			"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "login"}, "data": secret(),
		}},
	}}, folder)
	require.NoError(t, err)
	assert.Equal(t, scan.Written{Objects: 2, Releases: []string{"release-a", "release-b"}}, written)
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, files, 2)

	assert.Equal(t, `# resource: kubernetes:apps/v1:Deployment a/b:c
apiVersion: apps/v1
kind: Deployment
metadata:
  name: a/b:c
  namespace: known-after-apply
spec:
  note: masked
  replicas: 2
  template:
    spec:
      containers:
      - args:
        - -x
        - known-after-apply
        image: registry.invalid/known-after-apply:0.0.0
`, text(t, folder, "deployment.a_b_c.yaml"))
	assert.Equal(t, `# resource: kubernetes:core/v1:Secret s
apiVersion: v1
data:
  masked: bWFza2Vk
kind: Secret
metadata:
  name: login
`, text(t, folder, "secret.s.yaml"))
}

func TestWriteManifestsRefusesWhatIsNoObject(t *testing.T) {
	t.Parallel()
	_, err := scan.WriteManifests(engine.Plan{Resources: []engine.Resource{
		deployment("x", map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": unknown}),
	}}, t.TempDir())
	assert.EqualError(t, err, "writing kubernetes:apps/v1:Deployment x as a manifest: it has no kind, apiVersion or metadata")
}

// Two resources whose names differ in a separator alone must not be one file.
func TestWriteManifestsRefusesToOverwrite(t *testing.T) {
	t.Parallel()
	inputs := map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": map[string]any{}}
	_, err := scan.WriteManifests(engine.Plan{Resources: []engine.Resource{deployment("a/b", inputs), deployment("a:b", inputs)}}, t.TempDir())
	assert.ErrorIs(t, err, os.ErrExist)
}

func text(t *testing.T, folder, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, name))
	require.NoError(t, err)
	return string(data)
}
