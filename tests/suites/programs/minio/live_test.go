package minio_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/process/freeport"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/stores"
	"github.com/mlops-iac/mlops/tests/harness/tool"
)

const toolModule = "../../../../tools/minio"

var (
	serverTool = tool.New("minio", toolModule)
	clientTool = tool.New("mc", toolModule)
)

// live is a real MinIO that runs what the component registers for its server.
type live struct {
	record  *harness.Recorder
	folder  string
	address string
	stop    func()
}

// start runs the server's container on this machine, with its folders and its
// port replaced and nothing else.
func start(t *testing.T, record *harness.Recorder, folder string) *live {
	t.Helper()
	l := &live{record: record, folder: folder, address: "localhost:" + freeport.Reserve(t).String()}
	server := record.One(t, stores.StatefulSetType, "store-server")
	certs := filepath.Join(folder, "certs")
	record.WriteSecretVolume(t, server, "certs", certs)
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "home"), 0o755))

	container := harness.Container(t, server)
	var args []string
	for _, argument := range container["args"].([]any) {
		args = append(args, strings.NewReplacer(
			"/data", filepath.Join(folder, "data"), "/certs", certs, ":9000", strings.Replace(l.address, "localhost", "127.0.0.1", 1),
		).Replace(argument.(string)))
	}
	command := exec.CommandContext(t.Context(), serverTool.Path(t), args...)
	command.Env = record.Environment(t, server, map[string]string{"HOME": filepath.Join(folder, "home")})
	log, err := os.Create(filepath.Join(folder, "log"))
	require.NoError(t, err)
	command.Stdout, command.Stderr = log, log
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	require.NoError(t, command.Start())
	l.stop = func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait()
		_ = log.Close()
	}
	return l
}

// run runs the container of a provisioning job. Its path holds the shell, sleep
// and mc, and nothing else, as the script promises.
func (l *live) run(t *testing.T, record *harness.Recorder, name string) string {
	t.Helper()
	job := record.One(t, stores.JobType, name)
	tls := filepath.Join(l.folder, "job-tls")
	record.WriteSecretVolume(t, job, "authority", tls)
	home := t.TempDir()
	command := exec.CommandContext(t.Context(), "/bin/sh", "-c", harness.Script(t, job))
	command.Env = record.Environment(t, job, map[string]string{
		"HOME": home, "MC_CONFIG_DIR": filepath.Join(home, "mc"), "SSL_CERT_FILE": filepath.Join(tls, "ca.crt"),
		"STORE_ADDRESS": l.address, "PATH": l.path(t),
	})
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	return string(output)
}

func (l *live) path(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	sleep, err := exec.LookPath("sleep")
	require.NoError(t, err)
	require.NoError(t, os.Symlink(sleep, filepath.Join(folder, "sleep")))
	require.NoError(t, os.Symlink(clientTool.Path(t), filepath.Join(folder, "mc")))
	return folder
}

// as runs mc as somebody.
func (l *live) as(t *testing.T, user, password string, args ...string) (string, error) {
	t.Helper()
	home := t.TempDir()
	command := exec.CommandContext(t.Context(), clientTool.Path(t), args...)
	command.Env = []string{
		"HOME=" + home, "MC_CONFIG_DIR=" + home, "SSL_CERT_FILE=" + filepath.Join(l.folder, "certs", "CAs", "ca.crt"),
		fmt.Sprintf("MC_HOST_store=https://%s:%s@%s", user, password, l.address),
	}
	command.Stdin = strings.NewReader("content")
	output, err := command.CombinedOutput()
	return string(output), err
}

func (l *live) tenant(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	secret := l.record.SecretData(t, "account-"+name)
	return l.as(t, secret["accessKey"], secret["secretKey"], args...)
}

func (l *live) root(t *testing.T, args ...string) string {
	t.Helper()
	secret := l.record.SecretData(t, "minio-root")
	output, err := l.as(t, secret["user"], secret["password"], args...)
	require.NoError(t, err, output)
	return output
}
