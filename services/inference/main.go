// Command inference is the service that tenants run by default: it trains models of
// texts or of measurements and answers requests with them. docs/inference.md
// describes it.
package main

import (
	"context"
	"os"

	"github.com/mlops-iac/mlops/services/inference/internal/command"
)

func main() {
	os.Exit(command.Run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
}
