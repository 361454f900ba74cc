#!/bin/sh
# Fetches what RDS keeps of the master user, and makes a token for the same user.
# Both stay in the memory of the pod. The identity of a pod may need a moment after
# it was made, so this waits for it.
set -eu
umask 077

waited=0
until aws secretsmanager get-secret-value --secret-id "$MASTER_SECRET" \
	--query SecretString --output text >"$HOME/master.json" 2>"$HOME/error"; do
	if [ "$waited" -ge "$WAIT_SECONDS" ]; then
		echo "$MASTER_SECRET could not be read within $WAIT_SECONDS s:" >&2
		cat "$HOME/error" >&2
		exit 1
	fi
	sleep 5
	waited=$((waited + 5))
done
aws rds generate-db-auth-token --hostname "$PGHOST" --port "$PGPORT" --username "$MASTER_USER" >"$HOME/token"
