package metadatastore

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// snapshotSuffixLength is enough of a random UUID that of a thousand instances of
// one name no two are likely to share it.
const snapshotSuffixLength = 8

// snapshotName is the name of the snapshot taken before the instance is deleted.
// RDS refuses a name that exists, so it is new for every instance; and it stays as
// long as the instance does, because it must be in the state before the deletion.
// Both are true of the id that the engine makes up for a stash: it is made with
// the instance, and made again with whatever replaces the instance.
func (b *builder) snapshotName() (pulumi.StringOutput, error) {
	stash, err := pulumi.NewStash(b.ctx, b.name+"-final-snapshot", &pulumi.StashArgs{
		Input: pulumi.StringMap{
			"database": pulumi.String(b.in.Database), "username": pulumi.String(b.in.Username), "keyArn": b.store.Key.Arn,
		},
	}, append(b.child(), pulumi.ReplaceOnChanges([]string{"input"}))...)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return stash.ID().ApplyT(func(id pulumi.ID) string {
		suffix := string(id)
		return b.in.FinalSnapshotPrefix + "-" + suffix[:min(snapshotSuffixLength, len(suffix))]
	}).(pulumi.StringOutput), nil
}
