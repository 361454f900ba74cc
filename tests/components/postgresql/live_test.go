package postgresql_test

import (
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/postgresql"
	"github.com/mlops-iac/mlops/tests/pulumitest"
)

// serviceHost is the name that clients in the cluster use and verify.
const serviceHost = "postgresql.metadata-store.svc.cluster.local"

// live is a real PostgreSQL that runs what the component registers for its server.
type live struct {
	record   *pulumitest.Recorder
	binaries string
	folder   string
	port     string
	stop     func()
}

func program(tenants ...string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		server, err := postgresql.New(ctx, "store", nil)
		if err != nil {
			return err
		}
		for _, tenant := range tenants {
			args := &postgresql.AccountArgs{Store: server.Ref(), Tenant: tenant}
			if _, err := postgresql.NewAccount(ctx, "account-"+tenant, args); err != nil {
				return err
			}
		}
		return nil
	}
}

// binaries is the folder of the newest server on this machine; without one the
// test is skipped.
func binaries(t *testing.T) string {
	t.Helper()
	candidates, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	require.NoError(t, err)
	if len(candidates) == 0 {
		if path, err := exec.LookPath("initdb"); err == nil {
			return filepath.Dir(path)
		}
		t.Skip("SKIPPED: no PostgreSQL server on this machine; install the Debian package postgresql")
	}
	version := func(path string) int {
		number, _ := strconv.Atoi(strings.Split(path, "/")[4])
		return number
	}
	return filepath.Dir(slices.MaxFunc(candidates, func(a, b string) int { return version(a) - version(b) }))
}

// start runs the server's container on this machine, with its folders, its port
// and the addresses it listens on replaced and nothing else.
func start(t *testing.T, record *pulumitest.Recorder, folder string) *live {
	t.Helper()
	l := &live{record: record, binaries: binaries(t), folder: folder, port: freePort(t)}
	server := record.One(t, statefulSetType, "store-server")
	record.WriteSecretVolume(t, server, "tls", l.in("tls"))
	config, ok := record.One(t, configMapType, "store-config").Prop("data").(map[string]any)
	require.True(t, ok)
	for name, text := range config {
		require.NoError(t, os.MkdirAll(l.in("config"), 0o755))
		require.NoError(t, os.WriteFile(l.in("config", name), []byte(text.(string)), 0o644))
	}
	for _, name := range []string{"data", "socket"} {
		require.NoError(t, os.MkdirAll(l.in(name), 0o755))
	}
	require.Equal(t, []any{"/bin/sh", "/config/start.sh"}, pulumitest.Container(t, server)["command"])
	command := exec.CommandContext(t.Context(), "/bin/sh", l.in("config", "start.sh"))
	command.Dir = folder
	command.Env = record.Environment(t, server, map[string]string{
		"PGDATA": l.in("data", "pgdata"), "CONFIG_DIR": l.in("config"), "TLS_DIR": l.in("tls"), "SOCKET_DIR": l.in("socket"),
		"LISTEN_ADDRESSES": "127.0.0.1", "PGPORT": l.port, "PATH": l.path(),
	})
	command.SysProcAttr = &syscall.SysProcAttr{}
	// The server refuses to run as root.
	if os.Geteuid() == 0 {
		l.giveTo(t, command.SysProcAttr, "postgres")
	}
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

// workspace is a folder that other users can reach.
func workspace(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "postgresql")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(folder, 0o755))
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

func (l *live) in(parts ...string) string {
	return filepath.Join(append([]string{l.folder}, parts...)...)
}

func (l *live) path() string { return l.binaries + ":/usr/bin:/bin" }

func (l *live) giveTo(t *testing.T, attributes *syscall.SysProcAttr, name string) {
	t.Helper()
	account, err := user.Lookup(name)
	require.NoError(t, err)
	uid, err := strconv.Atoi(account.Uid)
	require.NoError(t, err)
	gid, err := strconv.Atoi(account.Gid)
	require.NoError(t, err)
	require.NoError(t, filepath.WalkDir(l.folder, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, uid, gid)
	}))
	attributes.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, listener.Close()) }()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
}

// run runs the container of a provisioning job, as a user that this machine does
// not know where that is possible.
func (l *live) run(t *testing.T, record *pulumitest.Recorder, name string) string {
	t.Helper()
	job := record.One(t, jobType, name)
	script := pulumitest.Container(t, job)["command"].([]any)
	require.Equal(t, []any{"/bin/sh", "-c"}, script[:2])
	command := exec.CommandContext(t.Context(), "/bin/sh", "-c", script[2].(string))
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
	command := exec.CommandContext(t.Context(), "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql)
	command.Path = filepath.Join(l.binaries, "psql")
	command.Err = nil
	command.Env = []string{
		"HOME=" + l.folder, "PATH=" + l.path(), "PGHOST=" + serviceHost, "PGHOSTADDR=127.0.0.1", "PGPORT=" + l.port,
		"PGUSER=" + as.user, "PGPASSWORD=" + as.password, "PGDATABASE=" + as.database,
		"PGSSLMODE=" + as.mode, "PGSSLROOTCERT=" + l.authority(t),
	}
	output, err := command.CombinedOutput()
	return strings.TrimSpace(string(output)), err
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
