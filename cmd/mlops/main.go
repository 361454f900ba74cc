// Command mlops previews the platform, and runs its Kubernetes part on a control
// plane of its own, without an AWS account, a cluster, containers or an
// installed Pulumi. What was deployed with Pulumi it takes down.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := newCommand().ExecuteContext(ctx)
	// Whatever error an interrupt led to, the interrupt is what the user should read.
	interrupted := ctx.Err() != nil
	stop()
	switch {
	case err == nil:
	case interrupted:
		fmt.Fprintln(os.Stderr, "mlops: interrupted; everything that was started has ended")
		os.Exit(130)
	default:
		fmt.Fprintln(os.Stderr, "mlops:", err)
		os.Exit(exitCode(err))
	}
}

// usageError is a command line that cannot be meant: the program exits with 2.
type usageError struct{ error }

// exitCode is 2 where a command tells a wrong command line from a failure.
func exitCode(err error) int {
	if usage := (usageError{}); errors.As(err, &usage) {
		return 2
	}
	return 1
}
