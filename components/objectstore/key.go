package objectstore

import (
	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/internal/cmk"
)

func (b *builder) createKey() error {
	var err error
	b.store.Key, err = cmk.New(b.ctx, b.name+"-key", &cmk.Args{
		Parent:        b.store,
		Description:   "Objects of " + b.name,
		AliasResource: b.name + "-key-alias",
		Policy:        []iampolicy.Statement{cmk.Account("AccountAdministersKey", b.in.place())},
		Keep:          b.keep(),
		// A bucket with objects is not deleted.
		Leaves:  !b.in.ForceDestroy,
		Tags:    b.in.Tags,
		TagName: b.name,
	})
	return err
}
