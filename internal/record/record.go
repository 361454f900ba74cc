package record

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
)

const (
	// Token is the type of the record, a resource of the engine.
	Token = "pulumi:index:Stash"
	// Name is its name, the same in every stack: those that settings decide would
	// change with them.
	Name = "recorded-settings"
	// input is the property that holds what was recorded last.
	input = "input"
)

// Check returns an error when the values that are recorded forbid the new ones.
type Check func(recorded map[string]string) error

// Keep records the values and returns when the engine has done so. Call it before
// anything else is registered: when check refuses what is recorded, Keep returns
// an error, and the engine has neither changed the record nor anything else. A
// stack without a record gets one, unchecked.
func Keep(ctx *pulumi.Context, values map[string]string, check Check) error {
	options, err := hooks(ctx, check)
	if err != nil {
		return err
	}
	stash, err := pulumi.NewStash(ctx, Name, &pulumi.StashArgs{Input: pulumi.ToStringMap(values)}, options...)
	if err != nil {
		return fmt.Errorf("recording the settings: %w", err)
	}
	answer, err := internals.UnsafeAwaitOutput(ctx.Context(), stash.Input)
	if err != nil {
		return fmt.Errorf("recording the settings: %w", err)
	}
	// An update of chosen resources leaves the record alone, and so its hook. The
	// answer then is what was recorded before, and otherwise the new values.
	return check(texts(answer.Value))
}

// hooks has the engine ask before it changes the record. Mocks have no engine.
func hooks(ctx *pulumi.Context, check Check) ([]pulumi.ResourceOption, error) {
	if ctx.RunningWithMocks() {
		return nil, nil
	}
	hook, err := ctx.RegisterResourceHook(Name, func(args *pulumi.ResourceHookArgs) error {
		return check(texts(args.OldInputs[input].Mappable()))
	}, &pulumi.ResourceHookOptions{OnDryRun: true})
	if err != nil {
		return nil, fmt.Errorf("guarding the recorded settings: %w", err)
	}
	return []pulumi.ResourceOption{pulumi.ResourceHooks(&pulumi.ResourceHookBinding{BeforeUpdate: []*pulumi.ResourceHook{hook}})}, nil
}

// texts reads a record. What it does not understand counts as not recorded.
func texts(value any) map[string]string {
	read := map[string]string{}
	object, _ := value.(map[string]any)
	for key, item := range object {
		if text, ok := item.(string); ok {
			read[key] = text
		}
	}
	return read
}
