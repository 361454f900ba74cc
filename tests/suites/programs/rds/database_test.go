package rds_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/process/freeport"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/metadatastore"
	validstores "github.com/mlops-iac/mlops/tests/harness/valid/stores"
	"github.com/mlops-iac/mlops/tests/suites/programs/pgserver"
)

const (
	// host is one that the certificate carries.
	host   = "localhost"
	master = "mlops"
	// masterPassword has what must be escaped in JSON, in a shell and in SQL.
	masterPassword = `pa"s\s $HOME 'é'`
)

// provisioner is the identity of the jobs.
func provisioner() identity {
	return identity{key: "AKIDPROVISIONER", secret: "provisioner-secret", users: []string{master}}
}

// pods is the identity of the pods of a tenant: IAM admits them as their own user.
func pods(tenant string) identity {
	return identity{key: "AKID" + strings.ToUpper(tenant), secret: tenant + "-secret", users: []string{"tenant_" + tenant}}
}

// database is a real PostgreSQL with the rules of RDS.
type database struct {
	folder, binaries, port, ldap, secrets string
	record                                *harness.Recorder
}

// newDatabase starts one, with the accounts of the tenants recorded and not made.
func newDatabase(t *testing.T, tenants ...string) *database {
	t.Helper()
	if _, err := exec.LookPath("aws"); err != nil {
		t.Skip("SKIPPED: no AWS CLI on this machine; install the Debian package awscli")
	}
	d := &database{folder: pgserver.Workspace(t), binaries: pgserver.Binaries(t), port: freeport.Reserve(t).String(), secrets: serveSecrets(t)}
	identities := []identity{provisioner()}
	for _, tenant := range tenants {
		identities = append(identities, pods(tenant))
	}
	d.ldap = serveIAM(t, identities...)
	keys := harness.Run(t, validstores.PostgreSQL()).SecretData(t, "postgresql-admin")
	for name, text := range map[string]string{"ca.crt": keys["ca.crt"], "tls.crt": keys["tls.crt"], "tls.key": keys["tls.key"], "pg_hba.conf": d.rules()} {
		require.NoError(t, os.WriteFile(d.in(name), []byte(text), 0o600))
	}
	args := valid.Provisioner()
	args.Store.Host, args.Store.CACertificate = pulumi.String(host).ToStringOutput(), pulumi.String(keys["ca.crt"]).ToStringOutput()
	d.record = harness.Run(t, valid.Accounts(args, tenants...))
	d.start(t)
	d.setUp(t)
	// Clients run as others.
	require.NoError(t, os.Chmod(d.in("ca.crt"), 0o644))
	return d
}

// rules are those of RDS, with LDAP in the place of its own module of PAM.
func (d *database) rules() string {
	return fmt.Sprintf(`local all rdsadmin trust
hostssl all +rds_iam all ldap ldapserver=127.0.0.1 ldapport=%s ldapprefix="uid="
hostssl all all all scram-sha-256
`, d.ldap)
}

func (d *database) in(name string) string { return filepath.Join(d.folder, name) }

func (d *database) start(t *testing.T) {
	t.Helper()
	initialize := exec.CommandContext(t.Context(), filepath.Join(d.binaries, "initdb"), "-D", d.in("data"), "-U", "rdsadmin", "--auth=trust", "-E", "UTF8", "--locale=C")
	pgserver.Unprivileged(t, initialize, d.folder)
	output, err := initialize.CombinedOutput()
	require.NoError(t, err, string(output))
	settings := map[string]string{
		"ssl": "on", "ssl_cert_file": d.in("tls.crt"), "ssl_key_file": d.in("tls.key"), "hba_file": d.in("pg_hba.conf"),
		"listen_addresses": "127.0.0.1", "port": d.port, "unix_socket_directories": d.folder, "password_encryption": "scram-sha-256",
	}
	args := []string{"-D", d.in("data")}
	for name, value := range settings {
		args = append(args, "-c", name+"="+value)
	}
	server := exec.Command(filepath.Join(d.binaries, "postgres"), args...)
	pgserver.Unprivileged(t, server, d.folder)
	log, err := os.Create(d.in("log"))
	require.NoError(t, err)
	server.Stdout, server.Stderr = log, log
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGINT)
		_ = server.Wait()
		if text, _ := os.ReadFile(d.in("log")); t.Failed() {
			t.Logf("log of the server:\n%s", text)
		}
	})
	require.Eventually(t, func() bool {
		_, err := d.operate(t, "postgres", "SELECT 1")
		return err == nil
	}, time.Minute, 100*time.Millisecond)
}

// setUp does what RDS has done before anybody connects.
func (d *database) setUp(t *testing.T) {
	t.Helper()
	for _, sql := range []string{
		"CREATE ROLE rds_iam",
		"CREATE ROLE " + master + " LOGIN CREATEDB CREATEROLE PASSWORD '" + strings.ReplaceAll(masterPassword, "'", "''") + "'",
		"CREATE DATABASE " + master + " OWNER " + master,
		"ALTER DATABASE postgres OWNER TO " + master,
		"ALTER DATABASE template1 OWNER TO " + master,
		"CREATE DATABASE rdsadmin",
		"REVOKE ALL ON DATABASE rdsadmin FROM PUBLIC",
	} {
		output, err := d.operate(t, "postgres", sql)
		require.NoError(t, err, "%s: %s", sql, output)
	}
}

// operate runs SQL as AWS itself, over the socket.
func (d *database) operate(t *testing.T, in, sql string) (string, error) {
	t.Helper()
	return pgserver.Query(t, d.binaries, []string{"PGHOST=" + d.folder, "PGPORT=" + d.port, "PGUSER=rdsadmin", "PGDATABASE=" + in}, sql)
}

// login is who connects to which database, and how.
type login struct{ user, password, database, mode, authority string }

// tenant logs in as the tenant's own pods do.
func (d *database) tenant(t *testing.T, name string) login {
	t.Helper()
	user := "tenant_" + name
	return login{user, d.token(t, pods(name), user), user, "verify-full", d.in("ca.crt")}
}

func (d *database) query(t *testing.T, as login, sql string) (string, error) {
	t.Helper()
	return pgserver.Query(t, d.binaries, []string{
		"HOME=" + d.folder, "PGHOST=" + host, "PGHOSTADDR=127.0.0.1", "PGPORT=" + d.port, "PGUSER=" + as.user,
		"PGPASSWORD=" + as.password, "PGDATABASE=" + as.database, "PGSSLMODE=" + as.mode, "PGSSLROOTCERT=" + as.authority,
	}, sql)
}

func (d *database) must(t *testing.T, as login, sql string) string {
	t.Helper()
	output, err := d.query(t, as, sql)
	require.NoError(t, err, "%s: %s", sql, output)
	return output
}

// token is what the real AWS CLI makes for an identity.
func (d *database) token(t *testing.T, as identity, user string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "aws", "rds", "generate-db-auth-token", "--hostname", host, "--port", "5432", "--username", user)
	command.Env = append(os.Environ(), as.environment()...)
	output, err := command.Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(output))
}

func (i identity) environment() []string {
	return []string{"AWS_ACCESS_KEY_ID=" + i.key, "AWS_SECRET_ACCESS_KEY=" + i.secret, "AWS_SESSION_TOKEN=", "AWS_REGION=eu-west-1", "AWS_DEFAULT_REGION=eu-west-1"}
}

// serveSecrets answers for Secrets Manager with the secret of the master.
func serveSecrets(t *testing.T) string {
	t.Helper()
	inner, err := json.Marshal(map[string]string{"username": master, "password": masterPassword})
	require.NoError(t, err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var asked struct{ SecretId string }
		mine := strings.Contains(r.Header.Get("Authorization"), "Credential="+provisioner().key+"/")
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || !mine ||
			asked.SecretId != "arn:aws:secretsmanager:eu-west-1:"+harness.Account+":secret:metadata" {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprint(w, `{"__type": "AccessDeniedException", "Message": "not yours"}`)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]string{"ARN": asked.SecretId, "Name": "metadata", "SecretString": string(inner)})
	}))
	t.Cleanup(server.Close)
	return server.URL
}
