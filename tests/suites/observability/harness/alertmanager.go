package harness

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/internal/workbench/process"
	"github.com/mlops-iac/mlops/internal/workbench/process/freeport"
)

// mountedSecrets is where the operator mounts Alertmanager's Secrets.
const mountedSecrets = "/etc/alertmanager/secrets/"

// startAlertmanager starts Alertmanager with the configuration that the program
// wrote into its Secret. The files that it refers to hold the addresses of the
// inbox instead of those of a real receiver.
func (s *Harness) startAlertmanager(t testing.TB) {
	t.Helper()
	secret, err := s.Client.CoreV1().Secrets(monitoring.DefaultNamespace).Get(context.Background(), "alertmanager-config", metav1.GetOptions{})
	require.NoError(t, err)
	folder := filepath.Join(s.folder, "alertmanager-credentials")
	require.NoError(t, os.MkdirAll(folder, 0o700))
	for file, url := range map[string]string{"slack-webhook-url": "/slack", "webhook-url": "/webhook"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, file), []byte(s.Inbox.url+url), 0o600))
	}
	text := strings.ReplaceAll(string(secret.Data["alertmanager.yaml"]), mountedSecrets, s.folder+"/")
	var config map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(text), &config))
	require.NoError(t, faster(config, map[string]bool{"group_wait": true, "group_interval": true, "repeat_interval": true}))
	path := s.write(t, "alertmanager.yaml", config)
	s.manager = freeport.Reserve(t).Address()
	process := s.run(t, process.Program{Name: "alertmanager", Path: s.tools.Alertmanager, Args: []string{
		"--config.file=" + path, "--storage.path=" + filepath.Join(s.folder, "alertmanager"),
		"--web.listen-address=" + s.manager, "--cluster.listen-address=",
	}})
	require.NoError(t, process.Await(context.Background(), patience, answers("http://"+s.manager+"/-/ready")))
}

func (s *Harness) write(t testing.TB, name string, content any) string {
	t.Helper()
	text, err := yaml.Marshal(content)
	require.NoError(t, err)
	path := filepath.Join(s.folder, name)
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

// answers returns a check that a URL is answered with 200.
func answers(url string) func(context.Context) error {
	return func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
		if err != nil {
			return err
		}
		answer, err := client.Do(request)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %s", url, answer.Status)
		}
		return nil
	}
}
