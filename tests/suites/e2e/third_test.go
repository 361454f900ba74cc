package e2e_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// thirdTenant comes and goes while the others answer.
const thirdTenant = "tenant-c"

// thirdDefinition is the file that docs/adding-a-tenant.md has somebody write.
const thirdDefinition = `name: tenant-c
owners: [ada@example.com]
costCenter: cc-1234
image: {repository: inference, tag: 1.0.0}
model: {uri: scores, kind: defects}
environments:
  local:
    replicas: {min: 1, max: 2}
    quota: {cpu: "2", memory: 2Gi, pods: 5}
`

// buildWithThird builds the command as it is with one more file among the definitions,
// while other things go on. The checkout has no such file at any time.
func buildWithThird(t *testing.T, content string) <-chan string {
	t.Helper()
	folder, root := t.TempDir(), absolute(t, checkout)
	definition, overlay, output := filepath.Join(folder, "tenant-c.yaml"), filepath.Join(folder, "overlay.json"), filepath.Join(folder, "mlops")
	require.NoError(t, os.WriteFile(definition, []byte(content), 0o600))
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{
		filepath.Join(root, "tenants", "definitions", "tenant-c.yaml"): definition,
	}})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(overlay, text, 0o600))
	built := make(chan string, 1)
	go func() {
		build := exec.Command("go", "build", "-overlay", overlay, "-o", output, ".")
		build.Dir = filepath.Join(root, "cmd", "mlops")
		if text, err := build.CombinedOutput(); err != nil {
			t.Errorf("building the command with a third tenant: %v\n%s", err, text)
		}
		built <- output
	}()
	return built
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	found, err := filepath.Abs(path)
	require.NoError(t, err)
	return found
}

// testThird adds a tenant with the second `up` and removes it with the third. Nothing
// of the others changes, and they answer everything.
func (p platform) testThird(t *testing.T, with string) {
	p.undisturbed(t, func() {
		shown := succeedWith(t, with, "up", p.folder)
		// A provider that compares with the cluster takes the autoscaler back from testLoad.
		assert.Regexp(t, `\d+ resources: \d+ created,( 1 updated,)? \d+ unchanged\n`, shown)
		assert.Regexp(t, thirdTenant+` +1 of 1 ready`, shown)
		got, err := p.send(thirdTenant, questions()["tenant-b"][0])
		require.NoError(t, err)
		assert.Equal(t, answer{Prediction: "defect", Tenant: thirdTenant, ModelVersion: got.ModelVersion}, got)
		assert.True(t, strings.HasPrefix(got.ModelVersion, "seed-"), got.ModelVersion)

		assert.Regexp(t, `\d+ resources: \d+ deleted, \d+ unchanged\n`, succeed(t, "up", p.folder))
		eventually(t, settleLimit, func() error {
			_, err := p.client.CoreV1().Namespaces().Get(t.Context(), thirdTenant, metav1.GetOptions{})
			if apierrors.IsNotFound(err) {
				return nil
			}
			return fmt.Errorf("the namespace is there: %w", err)
		})
	})
}
