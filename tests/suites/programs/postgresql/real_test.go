package postgresql_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/stores"
	"github.com/mlops-iac/mlops/tests/suites/programs/pgserver"
)

func TestRealServerKeepsTenantsApart(t *testing.T) {
	t.Parallel()
	record := harness.Run(t, valid.PostgreSQL(valid.Neighbours()...))
	l := start(t, record, pgserver.Workspace(t))
	t.Cleanup(l.stop)
	for _, tenant := range valid.Neighbours() {
		l.run(t, record, "account-"+tenant+"-job")
	}
	mine, other := l.tenant(t, "fraud"), l.tenant(t, "fraud-eu")
	require.Equal(t, "tenant_fraud_eu", other.database)
	l.must(t, other, "CREATE TABLE runs (id int)")
	l.must(t, other, "INSERT INTO runs VALUES (1)")
	l.must(t, mine, "CREATE TABLE runs (id int)")
	assert.Equal(t, "tenant_fraud", l.must(t, mine, "SELECT schemaname FROM pg_tables WHERE tablename = 'runs'"))

	// Even a grant by mistake does not open another database.
	l.must(t, l.admin(t, "postgres"), "GRANT CONNECT ON DATABASE tenant_fraud_eu TO tenant_fraud")
	for _, database := range []string{"tenant_fraud_eu", "postgres", "template1"} {
		intruder := mine
		intruder.database = database
		output, err := l.query(t, intruder, "SELECT 1")
		assert.Error(t, err, database)
		assert.Contains(t, output, "no pg_hba.conf entry", database)
	}
	for sql, want := range map[string]string{
		"CREATE DATABASE mine":                          "permission denied",
		"CREATE ROLE mine":                              "permission denied",
		"CREATE TABLE public.mine (id int)":             "permission denied",
		"ALTER ROLE tenant_fraud CONNECTION LIMIT 1000": "permission denied|must have|must be",
		"SELECT rolpassword FROM pg_authid":             "permission denied",
		"COPY (SELECT 1) TO PROGRAM 'cat'":              "permission denied|must be superuser",
		"SET ROLE tenant_fraud_eu":                      "permission denied",
		"DROP DATABASE tenant_fraud_eu":                 "must be owner",
	} {
		output, err := l.query(t, mine, sql)
		assert.Error(t, err, sql)
		assert.Regexp(t, want, output, sql)
	}
	assert.Equal(t, "1", l.must(t, other, "SELECT id FROM runs"), "the neighbour's row is as it was")
}

func TestRealServerWantsTLS(t *testing.T) {
	t.Parallel()
	record := harness.Run(t, valid.PostgreSQL("fraud"))
	l := start(t, record, pgserver.Workspace(t))
	t.Cleanup(l.stop)
	l.run(t, record, "account-fraud-job")
	for _, who := range []login{l.admin(t, "postgres"), l.tenant(t, "fraud")} {
		version := l.must(t, who, "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
		assert.Regexp(t, `^TLSv1\.[23]$`, version, who.user)
		plain := who
		plain.mode = "disable"
		output, err := l.query(t, plain, "SELECT 1")
		assert.Error(t, err, who.user)
		assert.Contains(t, output, "no encryption", who.user)
		wrong := who
		wrong.password = "wrong"
		output, err = l.query(t, wrong, "SELECT 1")
		assert.Error(t, err, who.user)
		assert.Contains(t, output, "password authentication failed", who.user)
	}
	assert.Equal(t, "2", l.must(t, l.admin(t, "postgres"), "SELECT count(*) FROM pg_authid WHERE rolpassword LIKE 'SCRAM-SHA-256$%'"))

	stranger := harness.Run(t, valid.PostgreSQL())
	l.record = stranger
	who := l.admin(t, "postgres")
	output, err := l.query(t, who, "SELECT 1")
	require.Error(t, err)
	assert.Contains(t, output, "certificate verify failed", "another authority proves nothing")
}

func TestRealProvisioningIsIdempotent(t *testing.T) {
	t.Parallel()
	record := harness.Run(t, valid.PostgreSQL(valid.Neighbours()...))
	l := start(t, record, pgserver.Workspace(t))
	t.Cleanup(l.stop)
	jobs := []string{"account-fraud-job", "account-fraud-eu-job"}
	for _, job := range jobs {
		assert.Contains(t, l.run(t, record, job), "are ready")
	}
	before := l.catalogue(t)
	for _, job := range jobs {
		assert.Contains(t, l.run(t, record, job), "are up to date")
	}
	assert.Equal(t, before, l.catalogue(t))
	assert.Contains(t, before, "tenant_fraud|20|f|f|f|t|SCRAM-SHA-256$")
	assert.Contains(t, before, "tenant_fraud|{postgres=CTc/postgres,tenant_fraud=CTc/postgres}")
}

// catalogue is all that provisioning decides about.
func (l *live) catalogue(t *testing.T) string {
	t.Helper()
	text := l.must(t, l.admin(t, "postgres"), `SELECT rolname, rolconnlimit, rolsuper, rolcreatedb, rolcreaterole, rolcanlogin, rolpassword
		FROM pg_authid WHERE rolname LIKE 'tenant%' ORDER BY 1`)
	text += "\n" + l.must(t, l.admin(t, "postgres"), "SELECT datname, datacl, datdba FROM pg_database ORDER BY 1")
	for _, database := range []string{"tenant_fraud", "tenant_fraud_eu"} {
		text += "\n" + l.must(t, l.admin(t, database), "SELECT nspname, nspowner::regrole, nspacl FROM pg_namespace ORDER BY 1")
	}
	return text
}

// A rotation replaces the Secrets. A second run has made up other values, which
// is what the engine then writes.
func TestRealRotation(t *testing.T) {
	t.Parallel()
	folder := pgserver.Workspace(t)
	first := harness.Run(t, valid.PostgreSQL("fraud"))
	l := start(t, first, folder)
	l.run(t, first, "account-fraud-job")
	l.must(t, l.tenant(t, "fraud"), "CREATE TABLE runs (id int)")
	oldAdmin, oldTenant := l.admin(t, "postgres"), l.tenant(t, "fraud")
	l.stop()

	second := harness.Run(t, valid.PostgreSQL("fraud"))
	rotated := start(t, second, folder)
	t.Cleanup(rotated.stop)
	rotated.await(t)
	output, err := rotated.query(t, oldAdmin, "SELECT 1")
	require.Error(t, err, "the old password of the administrator must be refused")
	assert.Contains(t, output, "password authentication failed")
	rotated.must(t, oldTenant, "SELECT * FROM runs")

	rotated.run(t, second, "account-fraud-job")
	output, err = rotated.query(t, oldTenant, "SELECT 1")
	require.Error(t, err, "the old password of the tenant must be refused")
	assert.Contains(t, output, "password authentication failed")
	rotated.must(t, rotated.tenant(t, "fraud"), "SELECT * FROM runs")
}

// What docs/local.md says about removing a tenant from the server.
func TestRealRemoval(t *testing.T) {
	t.Parallel()
	record := harness.Run(t, valid.PostgreSQL(valid.Neighbours()...))
	l := start(t, record, pgserver.Workspace(t))
	t.Cleanup(l.stop)
	for _, tenant := range valid.Neighbours() {
		l.run(t, record, "account-"+tenant+"-job")
		l.must(t, l.tenant(t, tenant), "CREATE TABLE runs (id int)")
	}
	manual, err := os.ReadFile("../../../../docs/local.md")
	require.NoError(t, err)
	for _, command := range []string{"DROP DATABASE IF EXISTS $role WITH (FORCE)", "DROP ROLE IF EXISTS $role"} {
		assert.Contains(t, string(manual), command)
		l.must(t, l.admin(t, "postgres"), strings.ReplaceAll(command, "$role", "tenant_fraud"))
	}
	_, err = l.query(t, l.tenant(t, "fraud"), "SELECT 1")
	require.Error(t, err)
	l.must(t, l.tenant(t, "fraud-eu"), "SELECT * FROM runs")
	assert.Contains(t, l.run(t, record, "account-fraud-job"), "are ready", "and it can come back")
	_, err = l.query(t, l.tenant(t, "fraud"), "SELECT * FROM runs")
	require.Error(t, err, "with nothing of what it had")
}

// A first start that was interrupted leaves a folder behind that is no cluster.
func TestRealServerStartsAfterAnInterruptedFirstStart(t *testing.T) {
	t.Parallel()
	folder := pgserver.Workspace(t)
	require.NoError(t, os.MkdirAll(folder+"/data/pgdata.new/base", 0o755))
	require.NoError(t, os.MkdirAll(folder+"/data/pgdata", 0o755))
	record := harness.Run(t, valid.PostgreSQL())
	l := start(t, record, folder)
	t.Cleanup(l.stop)
	l.await(t)
}
