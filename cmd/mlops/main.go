// Command mlops previews the platform without an AWS account, a cluster or an
// installed Pulumi.
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
	stop()
	switch {
	case err == nil:
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "mlops: interrupted; everything that was started has ended")
		os.Exit(130)
	default:
		fmt.Fprintln(os.Stderr, "mlops:", err)
		os.Exit(1)
	}
}
