package teardown

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/preview"
	"github.com/mlops-iac/mlops/internal/workbench/progress"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// Options says which stack is destroyed.
type Options struct {
	// Folder is any folder inside the checkout.
	Folder string
	// Stack is the stack to destroy, the NAME in Pulumi.NAME.yaml.
	Stack string
	// Yes goes on without a question.
	Yes bool
	// In answers the question. Out receives the question, what Pulumi says, and what
	// stays; Progress what happens until then.
	In            io.Reader
	Out, Progress io.Writer
}

// ErrNotConfirmed says that the answer was another one. Nothing was changed.
var ErrNotConfirmed = errors.New("not confirmed; nothing was changed")

// Run destroys a stack in the backend that the user is logged in to.
func Run(ctx context.Context, o Options) error {
	p := progress.New(o.Progress)
	set, err := toolset.New(o.Folder, p.Stage)
	if err != nil {
		return err
	}
	input, err := preview.ReadStack(set.Root, o.Stack)
	if err != nil {
		return err
	}
	cli, err := set.Pulumi(ctx)
	if err != nil {
		return err
	}
	p.Stage("Reading the state of stack %s", o.Stack)
	stack, err := engine.OpenExisting(ctx, cli, set.Root, o.Stack)
	if err != nil {
		return err
	}
	return Destroy(ctx, stack, input.File, o)
}

// Destroy destroys a stack with this stack file.
func Destroy(ctx context.Context, stack *engine.Existing, file []byte, o Options) error {
	recorded, err := stack.Recorded(ctx)
	if err != nil {
		return err
	}
	if len(recorded) == 0 {
		fmt.Fprintf(o.Out, "Stack %s has no resources.\n", stack.Name())
		return nil
	}
	if err := o.confirm(stack.Name(), recorded); err != nil {
		return err
	}
	if err := lift(ctx, stack, recorded, file, o.Out); err != nil {
		return err
	}
	if err := stack.Destroy(ctx, o.Out); err != nil {
		return fmt.Errorf("destroying stack %s: %w\n%s", stack.Name(), err, again)
	}
	return writeLeft(o.Out, leftBy(recorded))
}

const again = "What is left is in the state still. When the reason is gone, destroy again: a bucket or repository that holds " +
	"something goes with objectStore.forceDestroy or registry.forceDelete, deployed before"

// confirm asks for the name of the stack.
func (o Options) confirm(name string, recorded []engine.Recorded) error {
	if o.Yes {
		return nil
	}
	fmt.Fprint(o.Out, question(name, recorded))
	answer, err := bufio.NewReader(o.In).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading the answer: %w", err)
	}
	if strings.TrimSpace(answer) != name {
		return ErrNotConfirmed
	}
	return nil
}

func question(name string, recorded []engine.Recorded) string {
	protected := 0
	for _, r := range recorded {
		if r.Protected {
			protected++
		}
	}
	lifted := ""
	if protected > 0 {
		lifted = fmt.Sprintf(", %d of them protected against this", protected)
	}
	return fmt.Sprintf("This deletes the %d resources of stack %s%s, with all data but what is listed as kept at the end; "+
		"type the name of the stack to go on: ", len(recorded), name, lifted)
}
