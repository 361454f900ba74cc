package monitoring

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
)

// OutputKey is the stack output under which the platform exports the Ref.
const OutputKey = "monitoring"

// Ref holds the outputs of the monitoring stack that others use.
type Ref struct {
	// Namespace is where the monitoring stack runs.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
	// PrometheusURL is the URL of Prometheus inside the cluster.
	PrometheusURL pulumi.StringOutput `pulumi:"prometheusUrl"`
	// AlertmanagerURL is the URL of Alertmanager inside the cluster.
	AlertmanagerURL pulumi.StringOutput `pulumi:"alertmanagerUrl"`
	// GrafanaURL is the URL of Grafana inside the cluster.
	GrafanaURL pulumi.StringOutput `pulumi:"grafanaUrl"`
	// GrafanaSecretName is the Kubernetes secret with the Grafana admin login.
	GrafanaSecretName pulumi.StringOutput `pulumi:"grafanaSecretName"`
}

// RefFromStack reads the Ref that another stack of this platform exports.
func RefFromStack(stack *pulumi.StackReference) (Ref, error) {
	return contract.FromStack[Ref](stack, OutputKey)
}

// Outputs returns the Ref as the map a stack exports under OutputKey.
func (r Ref) Outputs() pulumi.Map { return contract.Outputs(r) }
