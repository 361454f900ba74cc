package toolset

import "context"

// Observers are the programs that watch a cluster.
type Observers struct {
	// Paths of the executables.
	Prometheus, Alertmanager, KubeStateMetrics, PrometheusOperator string
}

// Observers returns the programs that watch a cluster and builds those that are
// not in the cache yet.
func (s *Set) Observers(ctx context.Context) (Observers, error) {
	var found Observers
	for _, part := range []struct {
		family family
		name   string
		into   *string
	}{
		{prometheus(), "prometheus", &found.Prometheus},
		{alertmanager(), "alertmanager", &found.Alertmanager},
		{kubeStateMetrics(), "kube-state-metrics", &found.KubeStateMetrics},
		{prometheusOperator(), "operator", &found.PrometheusOperator},
	} {
		built, err := s.build(ctx, part.family)
		if err != nil {
			return Observers{}, err
		}
		*part.into = built.path(part.name)
	}
	return found, nil
}

func prometheus() family {
	const module = "github.com/prometheus/prometheus"
	return family{
		folder: "prometheus", label: "Prometheus", module: module, takes: "about five minutes", needGiB: 4,
		programs: map[string]string{"prometheus": module + "/cmd/prometheus"},
	}
}

func alertmanager() family {
	const module = "github.com/prometheus/alertmanager"
	return family{
		folder: "alertmanager", label: "Alertmanager", module: module, takes: "less than a minute", needGiB: 1,
		programs: map[string]string{"alertmanager": module + "/cmd/alertmanager"},
	}
}

func kubeStateMetrics() family {
	const module = "k8s.io/kube-state-metrics/v2"
	return family{
		folder: "kube-state-metrics", label: "kube-state-metrics", module: module, takes: "about two minutes", needGiB: 2,
		programs: map[string]string{"kube-state-metrics": module},
	}
}

func prometheusOperator() family {
	return family{
		folder: "prometheus-operator", label: "the Prometheus operator", module: crdModule, takes: "about two minutes", needGiB: 2,
		programs: map[string]string{"operator": crdModule + "/cmd/operator"},
	}
}
