package stock

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/mlops-iac/mlops/internal/workbench/images"
	"github.com/mlops-iac/mlops/internal/workbench/images/debian"
	"github.com/mlops-iac/mlops/internal/workbench/monitors"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// Repositories of the images that monitor a cluster. The first two are what the
// operator makes names of by itself.
const (
	prometheusRepository   = "quay.io/prometheus/prometheus"
	alertmanagerRepository = "quay.io/prometheus/alertmanager"
	operatorRepository     = "quay.io/prometheus-operator/prometheus-operator"
	reloaderRepository     = "quay.io/prometheus-operator/prometheus-config-reloader"
	metricsRepository      = "registry.k8s.io/kube-state-metrics/kube-state-metrics"
)

// MonitorImages names the images that monitor a cluster by the versions of their programs.
func MonitorImages(v toolset.ObserverVersions) monitors.Images {
	return monitors.Images{
		Operator: operatorRepository + ":" + v.PrometheusOperator, Reloader: reloaderRepository + ":" + v.PrometheusOperator,
		KubeStateMetrics: metricsRepository + ":" + v.KubeStateMetrics, Prometheus: v.Prometheus, Alertmanager: v.Alertmanager,
	}
}

func monitoring(programs toolset.Observers, names monitors.Images) []entry {
	return []entry{
		linked(programs.PrometheusOperator, "the Prometheus operator", names.Operator),
		linked(programs.ConfigReloader, "the operator's config reloader", names.Reloader),
		linked(programs.KubeStateMetrics, "kube-state-metrics", names.KubeStateMetrics),
		linked(programs.Prometheus, "Prometheus", prometheusRepository+":"+names.Prometheus),
		linked(programs.Alertmanager, "Alertmanager", alertmanagerRepository+":"+names.Alertmanager),
	}
}

// linked is an image of one program with the libraries that it loads, from Debian's
// packages: these programs are not static.
func linked(program, label, name string) entry {
	inside := "/bin/" + filepath.Base(program) // where the operator looks for its reloader
	return entry{names: []string{name}, key: program + " " + inside + " " + name + release(), label: label, make: func(ctx context.Context, folder string) (images.Content, error) {
		if err := debian.Fetch(ctx, folder, []string{"libc6"}, nil); err != nil {
			return images.Content{}, err
		}
		content, err := os.ReadFile(program)
		if err != nil {
			return images.Content{}, err
		}
		at := filepath.Join(debian.Root(folder), inside)
		if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o755), os.WriteFile(at, content, 0o755)); err != nil {
			return images.Content{}, err
		}
		files, err := debian.Files(debian.Root(folder), []string{strings.TrimPrefix(inside, "/")}, nil)
		return images.Content{
			Layers: [][]images.File{images.Minimal(), files}, Entrypoint: []string{inside}, User: fmt.Sprintf("%[1]d:%[1]d", images.UserID),
		}, err
	}}
}
