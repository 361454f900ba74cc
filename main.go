// Command mlops-platform is the Pulumi program: the multi-tenant MLOps platform
// of one stack. Preview it without an account with `make preview`.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/internal/platform"
)

func main() { pulumi.Run(platform.Program) }
