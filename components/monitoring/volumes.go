package monitoring

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/claim"
)

// The StatefulSets that the operator makes of the chart's objects, and the template
// of their claims, by the rules of operator 0.88.
const (
	prometheusSet   = "prometheus-" + prometheusService
	alertmanagerSet = "alertmanager-" + alertmanagerService
	templateSuffix  = "-db"
)

// createVolumes makes the volumes of Prometheus and Alertmanager, one for each
// replica. When a size changes, the operator makes the StatefulSet again and leaves
// the claims as they are, so growing them is left to the program.
func (m *Monitoring) createVolumes(ctx *pulumi.Context, name string, in *Args) ([]pulumi.Resource, error) {
	prometheus, err := claim.New(ctx, name+"-prometheus", m.claims(in, prometheusSet, in.Prometheus.Replicas, in.StorageGiB))
	if err != nil {
		return nil, err
	}
	alertmanager, err := claim.New(ctx, name+"-alertmanager",
		m.claims(in, alertmanagerSet, in.Alertmanager.Replicas, in.Alertmanager.StorageGiB))
	return slices.Concat(prometheus, alertmanager), err
}

func (m *Monitoring) claims(in *Args, statefulSet string, replicas, storageGiB int) claim.Args {
	return claim.Args{
		Parent: m, Namespace: m.namespace, Template: statefulSet + templateSuffix, StatefulSet: statefulSet, Replicas: replicas,
		StorageGiB: storageGiB, StorageClass: in.StorageClass, Labels: map[string]string{"app.kubernetes.io/managed-by": "pulumi"},
	}
}
