package postgresql_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/process/freeport"
	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/stores"
	"github.com/mlops-iac/mlops/tests/suites/programs/pgserver"
)

// serviceHost is the name that clients in the cluster use and verify.
const serviceHost = "postgresql.metadata-store.svc.cluster.local"

// live is a real PostgreSQL that runs what the component registers for its server.
type live struct {
	record   *harness.Recorder
	binaries string
	folder   string
	port     string
	stop     func()
}

// start runs the server's container on this machine, with its folders, its port
// and the addresses it listens on replaced and nothing else.
func start(t *testing.T, record *harness.Recorder, folder string) *live {
	t.Helper()
	l := &live{record: record, binaries: pgserver.Binaries(t), folder: folder, port: freeport.Reserve(t).String()}
	server := record.One(t, stores.StatefulSetType, "store-server")
	record.WriteSecretVolume(t, server, "tls", l.in("tls"))
	config, ok := record.One(t, stores.ConfigMapType, "store-config").Prop("data").(map[string]any)
	require.True(t, ok)
	for name, text := range config {
		require.NoError(t, os.MkdirAll(l.in("config"), 0o755))
		require.NoError(t, os.WriteFile(l.in("config", name), []byte(text.(string)), 0o644))
	}
	for _, name := range []string{"data", "socket"} {
		require.NoError(t, os.MkdirAll(l.in(name), 0o755))
	}
	require.Equal(t, []any{"/bin/sh", "/config/start.sh"}, harness.Container(t, server)["command"])
	command := exec.CommandContext(t.Context(), "/bin/sh", l.in("config", "start.sh"))
	command.Dir = folder
	command.Env = record.Environment(t, server, map[string]string{
		"PGDATA": l.in("data", "pgdata"), "CONFIG_DIR": l.in("config"), "TLS_DIR": l.in("tls"), "SOCKET_DIR": l.in("socket"),
		"LISTEN_ADDRESSES": "127.0.0.1", "PGPORT": l.port, "PATH": l.path(),
	})
	pgserver.Unprivileged(t, command, folder)
	log, err := os.Create(l.in("log"))
	require.NoError(t, err)
	command.Stdout, command.Stderr = log, log
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGINT) }
	require.NoError(t, command.Start())
	l.stop = func() {
		// A fast shutdown, what the image asks for with its stop signal.
		_ = command.Process.Signal(syscall.SIGINT)
		_ = command.Wait()
		_ = log.Close()
	}
	t.Cleanup(func() {
		if t.Failed() {
			text, _ := os.ReadFile(l.in("log"))
			t.Logf("log of the server:\n%s", text)
		}
	})
	return l
}

func (l *live) in(parts ...string) string {
	return filepath.Join(append([]string{l.folder}, parts...)...)
}

func (l *live) path() string { return l.binaries + ":/usr/bin:/bin" }

// run runs the container of a provisioning job, as a user that this machine does
// not know where that is possible.
func (l *live) run(t *testing.T, record *harness.Recorder, name string) string {
	t.Helper()
	job := record.One(t, stores.JobType, name)
	command := exec.CommandContext(t.Context(), "/bin/sh", "-c", harness.Script(t, job))
	command.Env = record.Environment(t, job, map[string]string{
		"HOME": l.folder, "PGSSLROOTCERT": l.authority(t), "PGHOSTADDR": "127.0.0.1", "PGPORT": l.port, "PATH": l.path(),
	})
	command.Dir = l.folder
	if os.Geteuid() == 0 {
		command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65532, Gid: 65532}}
	}
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	return string(output)
}

func (l *live) authority(t *testing.T) string {
	t.Helper()
	path := l.in("authority-" + l.port)
	require.NoError(t, os.WriteFile(path, []byte(l.record.SecretData(t, "postgresql-admin")["ca.crt"]), 0o644))
	return path
}

// login is who connects to which database, and how.
type login struct{ user, password, database, mode string }

func (l *live) admin(t *testing.T, database string) login {
	t.Helper()
	secret := l.record.SecretData(t, "postgresql-admin")
	return login{secret["user"], secret["password"], database, "verify-full"}
}

func (l *live) tenant(t *testing.T, name string) login {
	t.Helper()
	secret := l.record.SecretData(t, "account-"+name)
	return login{secret["user"], secret["password"], secret["user"], "verify-full"}
}

// query runs SQL and returns what psql printed.
func (l *live) query(t *testing.T, as login, sql string) (string, error) {
	t.Helper()
	return pgserver.Query(t, l.binaries, []string{
		"HOME=" + l.folder, "PATH=" + l.path(), "PGHOST=" + serviceHost, "PGHOSTADDR=127.0.0.1", "PGPORT=" + l.port,
		"PGUSER=" + as.user, "PGPASSWORD=" + as.password, "PGDATABASE=" + as.database,
		"PGSSLMODE=" + as.mode, "PGSSLROOTCERT=" + l.authority(t),
	}, sql)
}

// must is query for what has to work.
func (l *live) must(t *testing.T, as login, sql string) string {
	t.Helper()
	output, err := l.query(t, as, sql)
	require.NoError(t, err, "%s: %s", sql, output)
	return output
}

// await waits until the server answers its administrator.
func (l *live) await(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, err := l.query(t, l.admin(t, "postgres"), "SELECT 1")
		return err == nil
	}, time.Minute, 200*time.Millisecond)
}
