#!/bin/sh
# Starts the server, after making the cluster of databases on the first start and
# setting the password of the administrator on every start. The entrypoint of the
# image sets a password only once, so a rotated one would never arrive.
set -eu

if [ ! -s "$PGDATA/PG_VERSION" ]; then
	# Made beside and moved, so that an interrupted start leaves nothing half done.
	rm -rf "$PGDATA.new"
	initdb --pgdata="$PGDATA.new" --username=postgres --encoding=UTF8 --locale=C.UTF-8 \
		--data-checksums --auth=reject
	rmdir "$PGDATA" 2>/dev/null || true
	mv "$PGDATA.new" "$PGDATA"
fi

# A volume may come back with permissions for its group, which the server refuses.
chmod 0700 "$PGDATA"

# Nobody is connected yet. Standard input keeps the password out of the list of
# processes, and standard output would show the prompt of the single-user mode.
postgres --single -D "$PGDATA" -c config_file="$CONFIG_DIR/postgresql.conf" \
	-c exit_on_error=on -c log_statement=none postgres >/dev/null <<-SQL
	ALTER ROLE postgres PASSWORD '$POSTGRES_PASSWORD'
	REVOKE ALL ON DATABASE postgres FROM PUBLIC
	REVOKE ALL ON DATABASE template1 FROM PUBLIC
SQL

exec postgres -D "$PGDATA" -c config_file="$CONFIG_DIR/postgresql.conf" \
	-c hba_file="$CONFIG_DIR/pg_hba.conf" \
	-c ssl_cert_file="$TLS_DIR/tls.crt" -c ssl_key_file="$TLS_DIR/tls.key" \
	-c unix_socket_directories="$SOCKET_DIR" -c listen_addresses="$LISTEN_ADDRESSES"
