package monitoring_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/tests/pulumitest"
	"github.com/mlops-iac/mlops/tests/pulumitest/tool"
	"github.com/mlops-iac/mlops/tests/pulumitest/valid"
)

// amtool takes about half a minute to build the first time.
var amtool = tool.New("amtool", "../../../tools/alertmanager")

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
		output, err := amtool.Run(t, "check-config", configFile(t, recorder))
		require.NoError(t, err, "%s: %s", name, output)
		assert.Contains(t, output, "SUCCESS", name)
	}
}

func TestAlertsReachTheirReceivers(t *testing.T) {
	t.Parallel()
	file := configFile(t, run(t, valid.Monitoring()))
	for labels, want := range map[string]string{
		"severity=critical":    "pagerduty,slack,sns,webhook\n",
		"severity=warning":     "slack,sns,webhook\n",
		"severity=info":        "null\n",
		"alertname=Watchdog":   "null\n",
		"alertname=NoSeverity": "slack,sns,webhook\n",
	} {
		output, err := amtool.Run(t, "config", "routes", "test", "--config.file="+file, labels)
		require.NoError(t, err, output)
		assert.Equal(t, want, output, labels)
	}
}
