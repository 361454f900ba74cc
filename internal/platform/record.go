package platform

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/internal/record"
)

// keepRecord records the settings that must not change, and stops the run when they
// differ from those of the first deployment. The guard sees the record; everything
// else is registered after the engine has taken it.
func (b *build) keepRecord(ctx *pulumi.Context) error {
	return record.Keep(ctx, b.settings.Recorded(), func(recorded map[string]string) error {
		return b.settings.CheckChanges(recorded, b.allowed)
	})
}
