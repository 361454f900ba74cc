// Package alertmanager_test puts the configuration of Alertmanager before its own
// checker, amtool.
package alertmanager_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/tool"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/monitoring"
)

// amtool takes about half a minute to build the first time.
var amtool = tool.New("amtool", "../../../../tools/alertmanager")

func run(t *testing.T, args *monitoring.Args) *harness.Recorder {
	t.Helper()
	return harness.Run(t, harness.Program(monitoring.New, "m", args))
}

func configFile(t *testing.T, recorder *harness.Recorder) string {
	t.Helper()
	data, ok := recorder.One(t, "kubernetes:core/v1:Secret", "m-alertmanager-config").Prop("stringData").(map[string]any)
	require.True(t, ok)
	path := filepath.Join(t.TempDir(), "alertmanager.yaml")
	require.NoError(t, os.WriteFile(path, []byte(data["alertmanager.yaml"].(string)), 0o600))
	return path
}

func TestAlertmanagerAcceptsTheConfiguration(t *testing.T) {
	t.Parallel()
	for name, recorder := range map[string]*harness.Recorder{
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
