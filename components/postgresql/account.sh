#!/bin/sh
# Makes the role, the database and the schema of one tenant. It may run any number
# of times, and changes nothing where nothing differs; a new password replaces the
# old one.
set -eu

waited=0
until psql --quiet --no-psqlrc --command='SELECT 1' >/dev/null 2>&1; do
	if [ "$waited" -ge "$WAIT_SECONDS" ]; then
		echo "the server at $PGHOST:$PGPORT did not answer within $WAIT_SECONDS s:" >&2
		psql --quiet --no-psqlrc --command='SELECT 1' >&2
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
SELECT format('CREATE ROLE %I NOLOGIN', :'tenant')
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = :'tenant') \gexec
ALTER ROLE :"tenant" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT :connections;
SELECT format('CREATE DATABASE %I', :'tenant')
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = :'tenant') \gexec
REVOKE ALL ON DATABASE :"tenant" FROM PUBLIC;
GRANT CONNECT, CREATE, TEMPORARY ON DATABASE :"tenant" TO :"tenant";
\connect :"tenant"
SET client_min_messages = warning;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA IF NOT EXISTS :"tenant" AUTHORIZATION :"tenant";
SQL

# Setting a password that is set already would still store a new hash of it.
if PGUSER=$TENANT_USER PGDATABASE=$TENANT_USER PGPASSWORD=$TENANT_PASSWORD \
	psql --quiet --no-psqlrc --command='SELECT 1' >/dev/null 2>&1; then
	echo "role and database $TENANT_USER are up to date"
	exit 0
fi
psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 <<'SQL'
\getenv tenant TENANT_USER
\getenv password TENANT_PASSWORD
ALTER ROLE :"tenant" PASSWORD :'password';
SQL
echo "role and database $TENANT_USER are ready"
