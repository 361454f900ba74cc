#!/bin/sh
# Makes the role, the database and the schema of one tenant in RDS, where nobody is
# a superuser. It may run any number of times, and changes nothing where nothing
# differs.
set -eu
umask 077

printf '%s' "$CA_CERTIFICATE" >"$HOME/ca.crt"
PGSSLROOTCERT=$HOME/ca.crt
field() { perl -MJSON::PP -CO -0777 -ne "print decode_json(\$_)->{$1}" "$HOME/master.json"; }
PGUSER=$(field username)
password=$(field password)
token=$(cat "$HOME/token")
export PGSSLROOTCERT PGUSER PGPASSWORD

# A master who belongs to rds_iam, through a role that it made, is refused with its
# password.
admitted() {
	for PGPASSWORD in "$password" "$token"; do
		psql --quiet --no-psqlrc --command='SELECT 1' >/dev/null 2>"$HOME/error" && return
		cat "$HOME/error" >>"$HOME/errors"
	done
	return 1
}

waited=0
: >"$HOME/errors"
until admitted; do
	if [ "$waited" -ge "$WAIT_SECONDS" ]; then
		echo "the database at $PGHOST:$PGPORT did not admit $PGUSER within $WAIT_SECONDS s, neither with the password nor with a token:" >&2
		tail -n 4 "$HOME/errors" >&2
		exit 1
	fi
	sleep 2
	waited=$((waited + 2))
done

# The shell must not touch the text, so its end is quoted; psql takes the names
# from the environment, where no list of processes shows them.
psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 <<'SQL'
\getenv tenant TENANT_USER
\getenv connections TENANT_CONNECTIONS
SET client_min_messages = warning;
-- The jobs of several tenants run side by side and change the same rows.
SELECT pg_advisory_lock(hashtext('mlops accounts')) \g /dev/null
SELECT format('CREATE ROLE %I', :'tenant')
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = :'tenant') \gexec
ALTER ROLE :"tenant" LOGIN NOCREATEDB NOCREATEROLE PASSWORD NULL CONNECTION LIMIT :connections;
GRANT rds_iam TO :"tenant";
SELECT format('CREATE DATABASE %I', :'tenant')
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = :'tenant') \gexec
-- Everybody may connect to a database that nobody was kept out of.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', datname) FROM pg_catalog.pg_database
WHERE pg_catalog.pg_has_role(CURRENT_USER, datdba, 'USAGE')
AND (has_database_privilege('public', oid, 'CONNECT') OR has_database_privilege('public', oid, 'TEMPORARY')) \gexec
GRANT CONNECT, CREATE, TEMPORARY ON DATABASE :"tenant" TO :"tenant";
\connect :"tenant"
SET client_min_messages = warning;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
-- Whoever is no superuser can give a schema only to a role it belongs to.
CREATE SCHEMA IF NOT EXISTS :"tenant";
GRANT ALL ON SCHEMA :"tenant" TO :"tenant";
SQL
echo "role and database $TENANT_USER are ready"
