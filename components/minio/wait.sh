#!/bin/sh
# The beginning of every provisioning script: it waits for the store, WAIT_SECONDS
# at most. The scripts use nothing but the shell, sleep and mc, which is all that
# is sure to be in the image of mc.
set -eu

export MC_HOST_store="https://$ROOT_USER:$ROOT_PASSWORD@$STORE_ADDRESS"

waited=0
until mc ls store >/dev/null 2>&1; do
	if [ "$waited" -ge "$WAIT_SECONDS" ]; then
		echo "the store at $STORE_ADDRESS did not answer within $WAIT_SECONDS s:" >&2
		mc ls store >&2
		exit 1
	fi
	sleep 2
	waited=$((waited + 2))
done
