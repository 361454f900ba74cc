package rds_test

import (
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/tests/harness"
	validstores "github.com/mlops-iac/mlops/tests/harness/valid/stores"
)

// newTenants starts a database and makes the accounts of two tenants, side by side.
func newTenants(t *testing.T) *database {
	t.Helper()
	d := newDatabase(t, validstores.Neighbours()...)
	var jobs sync.WaitGroup
	for _, tenant := range validstores.Neighbours() {
		jobs.Go(func() {
			output, err := d.provision(t, tenant, provisioner(), "WAIT_SECONDS=20")
			assert.NoError(t, err, output)
			assert.Equal(t, "role and database tenant_"+tenant+" are ready\n", output)
		})
	}
	jobs.Wait()
	return d
}

// Proves S5 by the real server: a tenant logs in to its own database with an IAM token
// over TLS, and to no other.
func TestTenantsAreKeptApart(t *testing.T) {
	t.Parallel()
	d := newTenants(t)
	mine, other := d.tenant(t, "fraud"), d.tenant(t, "fraud-eu")
	d.must(t, other, "CREATE TABLE runs (id int); INSERT INTO runs VALUES (1)")
	d.must(t, mine, "CREATE TABLE runs (id int)")
	assert.Equal(t, "tenant_fraud|tenant_fraud|tenant_fraud|t", d.must(t, mine, `SELECT current_user, current_database(), schemaname, ssl
		FROM pg_tables, pg_stat_ssl WHERE tablename = 'runs' AND pid = pg_backend_pid()`))

	for _, name := range []string{"tenant_fraud-eu", "postgres", "template1", "mlops", "rdsadmin"} {
		intruder := mine
		intruder.database = name
		output, err := d.query(t, intruder, "SELECT 1")
		require.Error(t, err, name)
		assert.Contains(t, output, `permission denied for database "`+name+`"`)
	}
	for sql, want := range map[string]string{
		"CREATE DATABASE mine":                            "permission denied to create database",
		"CREATE ROLE mine":                                "permission denied to create role",
		"CREATE TABLE public.mine (id int)":               "permission denied for schema public",
		`ALTER ROLE "tenant_fraud" CONNECTION LIMIT 1000`: "permission denied|must have",
		"SELECT rolpassword FROM pg_authid":               "permission denied for table pg_authid",
		"COPY (SELECT 1) TO PROGRAM 'cat'":                "must be superuser|permission denied",
		`SET ROLE "tenant_fraud-eu"`:                      "permission denied to set role",
		`SET ROLE mlops`:                                  "permission denied to set role",
		`DROP DATABASE "tenant_fraud-eu"`:                 "must be owner of database",
	} {
		output, err := d.query(t, mine, sql)
		require.Error(t, err, sql)
		assert.Regexp(t, want, output, sql)
	}
	assert.Equal(t, "1", d.must(t, other, "SELECT id FROM runs"), "the neighbor's row is as it was")
}

func TestOnlyOwnTokensAreAdmitted(t *testing.T) {
	t.Parallel()
	d := newTenants(t)
	good := d.tenant(t, "fraud")
	for name, test := range map[string]struct {
		change func(*login)
		want   string
	}{
		"a token of another tenant's pods": {func(l *login) { l.password = d.token(t, pods("fraud-eu"), "tenant_fraud") }, "LDAP authentication failed"},
		"a token for another user":         {func(l *login) { l.password = d.token(t, pods("fraud"), "tenant_fraud-eu") }, "LDAP authentication failed"},
		"a forged token":                   {func(l *login) { l.password = d.token(t, identity{key: "AKIDFRAUD", secret: "guessed"}, "tenant_fraud") }, "LDAP authentication failed"},
		"a password":                       {func(l *login) { l.password = "password" }, "LDAP authentication failed"},
		"no TLS":                           {func(l *login) { l.mode = "disable" }, "no encryption"},
		"another server":                   {func(l *login) { l.authority = d.in("tls.other") }, "certificate verify failed"},
		"the master, with a tenant's token": {func(l *login) {
			l.user, l.password = master, d.token(t, pods("fraud"), master)
		}, "password authentication failed"},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, writeAuthority(t, d.in("tls.other")))
			bad := good
			test.change(&bad)
			output, err := d.query(t, bad, "SELECT 1")
			require.Error(t, err)
			assert.Contains(t, output, test.want)
		})
	}
	assert.Equal(t, "1", d.must(t, good, "SELECT 1"))
}

// writeAuthority writes the authority of a server that is another one.
func writeAuthority(t *testing.T, path string) error {
	t.Helper()
	text := harness.Run(t, validstores.PostgreSQL()).SecretData(t, "postgresql-admin")["ca.crt"]
	return os.WriteFile(path, []byte(text), 0o600)
}

func TestJobsMayRunAgain(t *testing.T) {
	t.Parallel()
	d := newTenants(t)
	before := d.catalogue(t)
	assert.Equal(t, `tenant_fraud|20|f|f|f|t||{rds_iam}
tenant_fraud-eu|20|f|f|f|t||{rds_iam}
mlops|mlops|{mlops=CTc/mlops}
postgres|mlops|{mlops=CTc/mlops}
rdsadmin|rdsadmin|{rdsadmin=CTc/rdsadmin}
template0|rdsadmin|{=c/rdsadmin,rdsadmin=CTc/rdsadmin}
template1|mlops|{mlops=CTc/mlops}
tenant_fraud|mlops|{mlops=CTc/mlops,tenant_fraud=CTc/mlops}
tenant_fraud-eu|mlops|{mlops=CTc/mlops,"\"tenant_fraud-eu\"=CTc/mlops"}
tenant_fraud|mlops|{mlops=UC/mlops,tenant_fraud=UC/mlops}
tenant_fraud-eu|mlops|{mlops=UC/mlops,"\"tenant_fraud-eu\"=UC/mlops"}`, before)
	// Since version 16 the master belongs to the roles it makes, and so to rds_iam.
	_, err := d.operate(t, "postgres", `GRANT "tenant_fraud" TO mlops`)
	require.NoError(t, err)
	output, err := d.query(t, login{master, masterPassword, master, "verify-full", d.in("ca.crt")}, "SELECT 1")
	require.Error(t, err)
	assert.Contains(t, output, "LDAP authentication failed", "the password is refused")
	for _, tenant := range validstores.Neighbours() {
		output, err := d.provision(t, tenant, provisioner(), "WAIT_SECONDS=20")
		require.NoError(t, err, output)
	}
	assert.Equal(t, before, d.catalogue(t))
}

// catalogue is all that provisioning decides about.
func (d *database) catalogue(t *testing.T) string {
	t.Helper()
	text := ""
	for _, part := range []struct{ in, sql string }{
		{"postgres", `SELECT r.rolname, r.rolconnlimit, r.rolsuper, r.rolcreatedb, r.rolcreaterole, r.rolcanlogin, r.rolpassword,
			array(SELECT roleid::regrole FROM pg_auth_members WHERE member = r.oid) FROM pg_authid r WHERE rolname LIKE 'tenant%' ORDER BY 1`},
		{"postgres", "SELECT datname, datdba::regrole, datacl FROM pg_database ORDER BY 1"},
		{"tenant_fraud", "SELECT nspname, nspowner::regrole, nspacl FROM pg_namespace WHERE nspname LIKE 'tenant%'"},
		{"tenant_fraud-eu", "SELECT nspname, nspowner::regrole, nspacl FROM pg_namespace WHERE nspname LIKE 'tenant%'"},
	} {
		output, err := d.operate(t, part.in, part.sql)
		require.NoError(t, err, output)
		text += output + "\n"
	}
	return text[:len(text)-1]
}

// A job that cannot do its work says why.
func TestJobsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, "fraud")
	output, err := d.provision(t, "fraud", identity{key: "AKIDNOBODY", secret: "nothing"}, "WAIT_SECONDS=0")
	require.ErrorContains(t, err, "preparing: exit status 1")
	assert.Contains(t, output, "secret:metadata could not be read within 0 s:\n")
	assert.Contains(t, output, "AccessDeniedException")

	_, err = d.operate(t, "postgres", "ALTER ROLE mlops PASSWORD 'another'")
	require.NoError(t, err)
	output, err = d.provision(t, "fraud", provisioner(), "WAIT_SECONDS=0")
	require.ErrorContains(t, err, "provisioning: exit status 1")
	assert.Contains(t, output, "did not admit mlops within 0 s, neither with the password nor with a token:\n")
	assert.Contains(t, output, `password authentication failed for user "mlops"`)
}
