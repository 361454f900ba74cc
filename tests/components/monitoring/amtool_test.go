package monitoring_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/tests/pulumitest"
	"github.com/mlops-iac/mlops/tests/pulumitest/valid"
)

// alertmanagerModule is where amtool's version is pinned, seen from this folder.
const alertmanagerModule = "../../../tools/alertmanager"

// amtool runs the amtool on PATH, or else the pinned one, which takes about
// half a minute to build the first time.
func amtool(t *testing.T, args ...string) (string, error) {
	t.Helper()
	path, err := find()
	require.NoError(t, err)
	var output bytes.Buffer
	command := exec.CommandContext(t.Context(), path, args...)
	command.Stdout, command.Stderr = &output, &output
	err = command.Run()
	return output.String(), err
}

// find returns the path of amtool. A machine that can neither find nor build it
// fails the tests: a check that is skipped in silence is none.
var find = sync.OnceValues(func() (string, error) {
	if path, err := exec.LookPath("amtool"); err == nil {
		return path, nil
	}
	command := exec.Command("go", "tool", "-n", "amtool")
	command.Dir = alertmanagerModule
	output, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("building amtool: %w", err)
	}
	return strings.TrimSpace(string(output)), nil
})

func configFile(t *testing.T, recorder *pulumitest.Recorder) string {
	t.Helper()
	data, ok := recorder.One(t, secret, configName).Prop("stringData").(map[string]any)
	require.True(t, ok)
	path := filepath.Join(t.TempDir(), "alertmanager.yaml")
	require.NoError(t, os.WriteFile(path, []byte(data["alertmanager.yaml"].(string)), 0o600))
	return path
}

func TestAlertmanagerAcceptsTheConfiguration(t *testing.T) {
	t.Parallel()
	for name, recorder := range map[string]*pulumitest.Recorder{
		"no receivers": run(t, nil), "every receiver": run(t, valid.Monitoring()),
	} {
		output, err := amtool(t, "check-config", configFile(t, recorder))
		require.NoError(t, err, "%s: %s", name, output)
		assert.Contains(t, output, "SUCCESS", name)
	}
}

func TestAlertsReachTheirReceivers(t *testing.T) {
	t.Parallel()
	file := configFile(t, run(t, valid.Monitoring()))
	for labels, want := range map[string]string{
		"severity=critical":    "pagerduty,slack,sns\n",
		"severity=warning":     "slack,sns\n",
		"severity=info":        "null\n",
		"alertname=Watchdog":   "null\n",
		"alertname=NoSeverity": "slack,sns\n",
	} {
		output, err := amtool(t, "config", "routes", "test", "--config.file="+file, labels)
		require.NoError(t, err, output)
		assert.Equal(t, want, output, labels)
	}
}
