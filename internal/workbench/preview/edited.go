package preview

import (
	"fmt"
	"os"

	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/settings/edits"
)

// edited is what an earlier version of a stack file is compared for.
type edited struct {
	// before is the stack as that version has it; empty when none is given, and when it
	// cannot be planned beside today's tenants.
	before []StackInput
	edits  []edits.Edit
	// refused is what an update of the deployed stack would refuse; nil for nothing.
	refused error
	// incomparable is what of that version is not compared, and why; nil for nothing.
	incomparable error
}

// edited reads the earlier version. What it says is taken for what was deployed. It was
// made for another version of the program and of the tenants, so what is wrong with it
// today is told and ends nothing.
func (o Options) edited(now StackInput) (edited, error) {
	if o.Was == "" {
		return edited{}, nil
	}
	file, err := os.ReadFile(o.Was)
	if err != nil {
		return edited{}, fmt.Errorf("reading the earlier version of %s: %w", fileOf(now.Name), err)
	}
	allowed, err := now.Settings.ParseAllowed(o.AllowChange)
	if err != nil {
		return edited{}, err
	}
	was, err := settings.FromStackFile(file, now.Name)
	if err != nil {
		return edited{incomparable: fmt.Errorf("it is not compared, because this program does not read it: %w", err)}, nil
	}
	between, err := edits.Between(was, now.Settings)
	told := edited{edits: between, refused: now.Settings.CheckChanges(was.Recorded(), allowed)}
	before, stackErr := ParseStack(now.Name, file, now.Definitions)
	if stackErr != nil {
		told.incomparable = fmt.Errorf("its resources are not compared, because it does not fit today's tenants: %w", stackErr)
		return told, err
	}
	told.before = []StackInput{before}
	return told, err
}
