package local

import (
	"context"
	"fmt"
	"slices"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/monitors"
)

// releaseType is the type of a Helm release in the engine.
const releaseType = "kubernetes:helm.sh/v3:Release"

// monitor runs the monitoring that the program has planned, unless Helm has installed
// its chart. It reports whether it did.
func (t *target) monitor(ctx context.Context, plan engine.Plan, images monitors.Images) (bool, error) {
	at := slices.IndexFunc(plan.Resources, func(r engine.Resource) bool {
		return r.Type == releaseType && r.Inputs["chart"] == monitoring.Chart && r.Op != "delete"
	})
	if at < 0 {
		return false, nil
	}
	inputs := plan.Resources[at].Inputs
	namespace, _ := inputs["namespace"].(string)
	values, _ := inputs["values"].(map[string]any)
	installed, err := monitors.Installed(ctx, t.client, namespace)
	if err != nil || installed {
		return false, err
	}
	quiet := rest.CopyConfig(t.config)
	quiet.WarningHandler = rest.NoWarnings{} // of Endpoints, which the operator's own way to kubelets has, too
	client, err := dynamic.NewForConfig(quiet)
	if err != nil {
		return false, err
	}
	cluster := monitors.Cluster{Client: t.client, Dynamic: client}
	if err := monitors.Install(ctx, cluster, namespace, values, images); err != nil {
		return false, fmt.Errorf("running the monitoring: %w", err)
	}
	return true, nil
}
