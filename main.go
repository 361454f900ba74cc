// Command mlops-platform is the Pulumi program: the multi-tenant MLOps platform
// of one stack. Preview it without an account with `make preview`.
package main

import (
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/preflight"
	"github.com/mlops-iac/mlops/internal/settings"
)

// A cluster that cannot carry the platform is refused before anything is changed.
func main() {
	pulumi.Run(platform.New(platform.Options{
		Preflight: preflight.ExistingCluster, AllowChange: os.Getenv(settings.AllowVariable),
	}))
}
