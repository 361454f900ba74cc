package preview

import (
	"fmt"
	"os"

	"github.com/mlops-iac/mlops/internal/settings/edits"
)

// edited is what an earlier version of a stack file is compared for.
type edited struct {
	// before is the stack as that version has it; empty when none is given.
	before []StackInput
	edits  []edits.Edit
	// refused is what an update of the deployed stack would refuse; nil for nothing.
	refused error
}

// edited reads the earlier version. What it says is taken for what was deployed.
func (o Options) edited(now StackInput) (edited, error) {
	if o.Was == "" {
		return edited{}, nil
	}
	file, err := os.ReadFile(o.Was)
	if err != nil {
		return edited{}, fmt.Errorf("reading the earlier version of %s: %w", fileOf(now.Name), err)
	}
	was, err := ParseStack(now.Name, file, nil)
	if err != nil {
		return edited{}, fmt.Errorf("%s, the earlier version: %w", o.Was, err)
	}
	allowed, err := now.Settings.ParseAllowed(o.AllowChange)
	if err != nil {
		return edited{}, err
	}
	between, err := edits.Between(was.Settings, now.Settings)
	return edited{[]StackInput{was}, between, now.Settings.CheckChanges(was.Settings.Recorded(), allowed)}, err
}
