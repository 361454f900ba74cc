package awsemulator_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/awsemulator"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// program is a script in the place of Python; the real emulator runs in
// tests/suites/rehearsal.
func program(t *testing.T, script string) toolset.Ministack {
	t.Helper()
	path := filepath.Join(t.TempDir(), "python")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o700))
	return toolset.Ministack{Python: path}
}

func TestAnEmulatorThatEndsIsTold(t *testing.T) {
	t.Parallel()
	_, err := awsemulator.Start(t.Context(), program(t, "echo no module named ministack; exit 1"), awsemulator.Options{Folder: t.TempDir()})
	require.ErrorContains(t, err, "starting the emulator of AWS: aws ended by itself")
	assert.ErrorContains(t, err, "no module named ministack")
}

func TestItHasNothingOfTheUsers(t *testing.T) {
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	folder := t.TempDir()
	_, err := awsemulator.Start(t.Context(), program(t, "echo $*; env | sort; exit 1"), awsemulator.Options{Folder: folder, Enforce: true})
	require.Error(t, err)
	text, err := os.ReadFile(filepath.Join(folder, "aws.log"))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	assert.Equal(t, "-m ministack", lines[0])
	settings := map[string]string{}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, "=")
		settings[name] = value
	}
	assert.Regexp(t, `^2[0-9]{4}$`, settings["GATEWAY_PORT"])
	for _, name := range []string{"GATEWAY_PORT", "PWD", "_", "SHLVL", "OLDPWD"} { // chosen, or of the shell
		delete(settings, name)
	}
	assert.Equal(t, map[string]string{
		"PATH": os.Getenv("PATH"), "HOME": folder, "TMPDIR": folder, "BIND_HOST": "127.0.0.1", "AUTH": "true",
		"IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0", "PYTHONDONTWRITEBYTECODE": "1",
		"DOCKER_HOST": "unix://" + folder + "/no-docker.sock",
	}, settings)
}

// answers is an emulator of one answer. Python is what runs the real one, too.
const answers = `exec python3 -c '
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/_ministack/ready" else 404)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(os.environ["GATEWAY_PORT"])), Handler).serve_forever()
'`

func TestItEnds(t *testing.T) {
	t.Parallel()
	e, err := awsemulator.Start(t.Context(), program(t, answers), awsemulator.Options{Folder: t.TempDir()})
	require.NoError(t, err)
	require.NoError(t, e.Failure())
	response, err := http.Get(e.Endpoint + "/_ministack/ready")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.NoError(t, e.Stop())
	_, err = http.Get(e.Endpoint + "/_ministack/ready")
	assert.ErrorContains(t, err, "connection refused")
}
