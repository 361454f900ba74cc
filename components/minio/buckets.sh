# shellcheck shell=sh
# Makes the buckets and says what happens to old versions. It may run any number
# of times.
for bucket in $BUCKETS; do
	mc mb --ignore-existing "store/$bucket"
	mc version enable "store/$bucket"
	# An import replaces all rules; adding one would add it again on every run.
	printf '%s' "$LIFECYCLE" | mc ilm rule import "store/$bucket"
	# Neither anonymous reading nor writing, whatever was set by hand.
	mc anonymous set none "store/$bucket"
done
