package harness

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/mlops-iac/mlops/components/monitoring"
	"github.com/mlops-iac/mlops/internal/workbench/process"
	"github.com/mlops-iac/mlops/internal/workbench/process/freeport"
	clusterharness "github.com/mlops-iac/mlops/tests/suites/conformance/harness"
)

// interval is the scrape interval of the charts' jobs.
var interval = model.Duration(Time(30 * time.Second)).String()

// chartJobs are the jobs that charts bring in a cluster, with the job names and
// labels of the charts.
func (s *Harness) chartJobs(t testing.TB, prometheusAddress string) []any {
	t.Helper()
	config, err := clientcmd.LoadFromFile(s.Kubeconfig())
	require.NoError(t, err)
	user := config.AuthInfos[config.Contexts[config.CurrentContext].AuthInfo]
	withKeys := map[string]any{
		"cert_file": user.ClientCertificate, "key_file": user.ClientKey, "insecure_skip_verify": true,
	}
	server := config.Clusters[config.Contexts[config.CurrentContext].Cluster].Server
	return []any{
		static("kube-state-metrics", s.startStateMetrics(t), nil),
		static("dcgm-exporter", s.GPUs.address, nil),
		static("opencost", s.Prices.address, nil),
		static("kubelet", newVolumes(t, s), map[string]any{"job_name": "charts/kubelet-volumes"}),
		static(prometheusName, prometheusAddress, nil),
		secure(static("apiserver", strings.TrimPrefix(server, "https://"), nil), withKeys),
		secure(s.kubelets(), withKeys),
	}
}

// static scrapes one address. Its labels are those of the series, as the charts
// have it for exporters of other things than themselves.
func static(job, address string, more map[string]any) map[string]any {
	scrape := map[string]any{
		"job_name": "charts/" + job, "honor_labels": true, "scrape_interval": interval, "scrape_timeout": interval,
		"static_configs": []any{map[string]any{"targets": []any{address}, "labels": map[string]any{"job": job}}},
	}
	for key, value := range more {
		scrape[key] = value
	}
	return scrape
}

func secure(job, keys map[string]any) map[string]any {
	job["scheme"], job["tls_config"] = "https", keys
	return job
}

// kubelets are the simulated ones. All listen on one address and tell their
// nodes apart by the path.
func (s *Harness) kubelets() map[string]any {
	relabel := func(source, target, replacement string) map[string]any {
		return map[string]any{"source_labels": []any{source}, "target_label": target, "replacement": replacement}
	}
	const node = "__meta_kubernetes_node_name"
	return static("kubelet", "", map[string]any{
		"static_configs":        []any{},
		"kubernetes_sd_configs": []any{map[string]any{"role": "node", "kubeconfig_file": s.Kubeconfig()}},
		"relabel_configs": []any{
			relabel(node, "__metrics_path__", "/metrics/nodes/$1/metrics/resource"),
			relabel(node, "node", "$1"), relabel(node, "instance", "$1"),
			relabel(node, "metrics_path", "/metrics/cadvisor"), relabel(node, "job", "kubelet"),
		},
	})
}

// startStateMetrics starts kube-state-metrics with the labels that the program
// asks the chart for.
func (s *Harness) startStateMetrics(t testing.TB) string {
	t.Helper()
	var allowed []string
	for _, release := range s.Stack.Releases {
		if release.Chart == monitoring.Chart {
			allowed = allowlist(t, release)
		}
	}
	port, telemetry := freeport.Reserve(t), freeport.Reserve(t)
	process := s.run(t, process.Program{Name: "kube-state-metrics", Path: s.tools.KubeStateMetrics, Args: []string{
		"--kubeconfig=" + s.Kubeconfig(), "--host=" + loopback, "--port=" + port.String(), "--telemetry-host=" + loopback, "--telemetry-port=" + telemetry.String(),
		"--metric-labels-allowlist=" + strings.Join(allowed, ","),
	}})
	require.NoError(t, process.Await(context.Background(), patience, answers(fmt.Sprintf("http://%s/healthz", port.Address()))))
	return port.Address()
}

func allowlist(t testing.TB, release clusterharness.Release) []string {
	t.Helper()
	list, found, err := unstructured.NestedStringSlice(release.Values, "kube-state-metrics", "metricLabelsAllowlist")
	require.NoError(t, err)
	require.True(t, found, "kube-state-metrics shows no labels unless it is told to")
	return list
}
