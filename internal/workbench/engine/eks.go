package engine

import (
	"context"

	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// ServeEKS starts the real EKS component provider for a Deployment in a folder. The
// returned function ends it.
func ServeEKS(ctx context.Context, tool toolset.EKS, folder string) (Attached, func(), error) {
	w, err := openWorkspace(folder)
	if err != nil {
		return Attached{}, nil, err
	}
	process, err := startEKS(ctx, tool, w)
	if err != nil {
		return Attached{}, nil, err
	}
	return Attached{Provider: process.about(), Port: process.relay.port()}, process.close, nil
}
