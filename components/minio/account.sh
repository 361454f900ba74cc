# shellcheck shell=sh
# Makes the user of one tenant and the policy that keeps it under its own prefix.
# It may run any number of times; a new secret key replaces the old one.
printf '%s' "$POLICY" >"$HOME/policy.json"
mc admin policy create store "$ACCESS_KEY" "$HOME/policy.json"
# Through a pipe, because arguments can be read in the list of processes.
printf '%s\n%s\n' "$ACCESS_KEY" "$SECRET_KEY" | mc admin user add store
# Attaching a policy that is attached already is an error.
user=$(mc --json admin user info store "$ACCESS_KEY")
case $user in
*\""policyName"\":*\""$ACCESS_KEY"\"*) ;;
*) mc admin policy attach store "$ACCESS_KEY" --user "$ACCESS_KEY" ;;
esac
