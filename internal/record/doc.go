// Package record keeps the settings that must not change in the state of the
// stack. The first deployment records them. Each later one is compared with what
// is recorded before anything else is registered, in a preview as well: what
// refuses it then has touched nothing.
//
// The record is a resource of the engine's own, which costs nothing, belongs to
// no provider and needs no account:
//
//	err := record.Keep(ctx, platform.Recorded(), func(recorded map[string]string) error {
//		return platform.CheckChanges(recorded, allowed)
//	})
//
// docs/adr/0018 says why it is done so.
package record
