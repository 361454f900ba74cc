package local

import (
	"context"

	"github.com/mlops-iac/mlops/internal/workbench/models"
)

// Models runs a command about the model of a tenant of the platform in a folder, whose
// nodes must be real. Config is filled in.
func Models(ctx context.Context, folder string, options models.Options) error {
	instance, err := Open(folder)
	if err != nil {
		return err
	}
	target, _, err := instance.real(ctx, options.Tenant)
	if err != nil {
		return err
	}
	options.Config = target.config
	return models.Run(ctx, options)
}
