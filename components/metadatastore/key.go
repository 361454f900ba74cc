package metadatastore

import (
	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/internal/cmk"
)

func (b *builder) createKey() error {
	var err error
	b.store.Key, err = cmk.New(b.ctx, b.name+"-key", &cmk.Args{
		Parent:        b.store,
		Description:   "Storage, backups, logs and master password of " + b.in.Identifier,
		AliasResource: b.name + "-key-alias",
		Policy: []iampolicy.Statement{
			cmk.Account("AccountAdministersKey", b.in.place()),
			cmk.Logs("LogsUseKey", b.in.place(), b.logPrefix()+"*"),
		},
		Keep: b.keep(),
		// The final snapshot and the automated backups.
		Leaves:  !b.in.SkipFinalSnapshot,
		Tags:    b.in.Tags,
		TagName: b.name,
	})
	return err
}
