package toolset

import (
	"context"
	"fmt"
)

// Observers are the programs that watch a cluster.
type Observers struct {
	// Paths of the executables.
	Prometheus, Alertmanager, KubeStateMetrics, PrometheusOperator, ConfigReloader string
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
		{configReloader(), "prometheus-config-reloader", &found.ConfigReloader},
	} {
		built, err := s.build(ctx, part.family)
		if err != nil {
			return Observers{}, err
		}
		*part.into = built.path(part.name)
	}
	return found, nil
}

// ObserverVersions are the versions of the programs that watch a cluster, each with a
// leading "v".
type ObserverVersions struct {
	Prometheus, Alertmanager, KubeStateMetrics, PrometheusOperator string
}

// ObserverVersions reads the pinned versions and builds nothing.
func (s *Set) ObserverVersions() (ObserverVersions, error) {
	var found ObserverVersions
	for _, part := range []struct {
		family family
		into   *string
	}{
		{prometheus(), &found.Prometheus}, {alertmanager(), &found.Alertmanager},
		{kubeStateMetrics(), &found.KubeStateMetrics}, {prometheusOperator(), &found.PrometheusOperator},
	} {
		var err error
		if *part.into, err = s.pinned(part.family); err != nil {
			return ObserverVersions{}, err
		}
	}
	var err error
	found.Prometheus, err = prometheusVersion(found.Prometheus)
	return found, err
}

// prometheusVersion is the version of Prometheus that the version of its module stands
// for: v0.307.3 is v3.7.3.
func prometheusVersion(module string) (string, error) {
	var minor, patch int
	if _, err := fmt.Sscanf(module, "v0.%d.%d", &minor, &patch); err != nil {
		return "", fmt.Errorf("the version %q of Prometheus' module is not v0 and two numbers: %w", module, err)
	}
	return fmt.Sprintf("v%d.%d.%d", minor/100, minor%100, patch), nil
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

func configReloader() family {
	f := prometheusOperator()
	f.cache, f.label, f.takes, f.needGiB = "prometheus-config-reloader", "the operator's config reloader", "less than a minute", 1
	f.programs = map[string]string{"prometheus-config-reloader": crdModule + "/cmd/prometheus-config-reloader"}
	return f
}
