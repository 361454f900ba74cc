package harness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/api"
	promapi "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/mlops-iac/mlops/components/addons/fluentbit"
	"github.com/mlops-iac/mlops/internal/workbench/process"
	"github.com/mlops-iac/mlops/internal/workbench/process/freeport"
)

// Prometheus is the one of the harness.
type Prometheus struct {
	promapi.API
	// URL of the server.
	URL string
}

// startPrometheus starts kube-state-metrics, the operator, and Prometheus with
// the operator's configuration, and keeps it current, as the operator's config
// reloader does in a pod.
func (s *Harness) startPrometheus(t testing.TB) {
	t.Helper()
	address := freeport.Reserve(t).Address()
	jobs := s.chartJobs(t, address)
	s.startOperator(t)
	adapt := adaption{harness: s, proxy: newProxy(t, s.Kubelet), jobs: jobs}
	s.Await(t, patience, "the operator has written the configuration with the tenants and the rules", func(ctx context.Context) error {
		_, err := adapt.write(ctx)
		return err
	})
	process := s.run(t, process.Program{Name: "prometheus", Path: s.tools.Prometheus, Args: []string{
		"--config.file=" + adapt.path(), "--storage.tsdb.path=" + filepath.Join(s.folder, "tsdb"),
		"--web.listen-address=" + address, "--web.enable-lifecycle", "--query.lookback-delta=" + Time(5*time.Minute).String(),
		"--enable-feature=exemplar-storage",
	}})
	s.Prometheus = &Prometheus{URL: "http://" + address}
	require.NoError(t, process.Await(context.Background(), patience, answers(s.Prometheus.URL+"/-/ready")))
	connection, err := api.NewClient(api.Config{Address: s.Prometheus.URL})
	require.NoError(t, err)
	s.Prometheus.API = promapi.NewAPI(connection)
	s.keepCurrent(t, adapt)
}

func (s *Harness) keepCurrent(t testing.TB, adapt adaption) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	t.Cleanup(func() { cancel(); <-ended })
	go func() {
		defer close(ended)
		ticker := time.NewTicker(lookEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			changed, err := adapt.write(ctx)
			if err == nil && changed {
				err = s.Prometheus.reload(ctx)
			}
			if err != nil && ctx.Err() == nil {
				fmt.Fprintln(os.Stderr, "config reloader:", err)
			}
		}
	}()
}

func (p *Prometheus) reload(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL+"/-/reload", http.NoBody)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("reloading: %s", answer.Status)
	}
	return nil
}

// Range evaluates an expression of a dashboard from a moment until now.
func (p *Prometheus) Range(ctx context.Context, expr string, since time.Time, step time.Duration) (model.Matrix, error) {
	value, _, err := p.QueryRange(ctx, expr, promapi.Range{Start: since, End: time.Now(), Step: step})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", expr, err)
	}
	matrix, ok := value.(model.Matrix)
	if !ok {
		return nil, fmt.Errorf("%s: %s instead of a matrix", expr, value.Type())
	}
	return matrix, nil
}

// adaption turns the operator's configuration into one for a Prometheus that
// runs outside of the cluster and faster. See the package comment.
type adaption struct {
	harness *Harness
	proxy   string
	jobs    []any
}

func (a adaption) path() string { return filepath.Join(a.harness.folder, "prometheus.yaml") }

// write writes the current configuration and reports whether it has changed.
func (a adaption) write(ctx context.Context) (bool, error) {
	text, rules, err := a.harness.generated(ctx)
	if err != nil {
		return false, err
	}
	if len(rules) == 0 {
		return false, errors.New("there are no rule files yet")
	}
	var config map[string]any
	if err := yaml.Unmarshal(text, &config); err != nil {
		return false, err
	}
	if err := a.scrapes(config); err != nil {
		return false, err
	}
	var files []any
	changed := false
	for name, text := range rules {
		file := filepath.Join(a.harness.folder, "rules-"+name)
		now, err := fasterRules(text)
		if err != nil {
			return false, fmt.Errorf("rule file %s: %w", name, err)
		}
		written, err := writeChanged(file, now)
		if err != nil {
			return false, err
		}
		files, changed = append(files, file), changed || written
	}
	slices.SortFunc(files, func(a, b any) int { return bytes.Compare([]byte(a.(string)), []byte(b.(string))) })
	config["rule_files"] = files
	config["alerting"] = map[string]any{"alertmanagers": []any{
		map[string]any{"api_version": "v2", "static_configs": []any{map[string]any{"targets": []any{a.harness.manager}}}},
	}}
	adapted, err := yaml.Marshal(config)
	if err != nil {
		return false, err
	}
	written, err := writeChanged(a.path(), adapted)
	return changed || written, err
}

// scrapes adapts the jobs of the program's ServiceMonitors and adds those of the
// charts.
func (a adaption) scrapes(config map[string]any) error {
	all, _ := config["scrape_configs"].([]any)
	jobs := slices.DeleteFunc(all, func(item any) bool {
		job, _ := item.(map[string]any)
		return strings.HasPrefix(fmt.Sprint(job["job_name"]), "serviceMonitor/"+fluentbit.DefaultNamespace+"/")
	})
	if len(jobs) == 0 {
		return errors.New("the operator has found no ServiceMonitors yet")
	}
	for _, item := range jobs {
		job, _ := item.(map[string]any)
		job["proxy_url"] = a.proxy
		discoveries, _ := job["kubernetes_sd_configs"].([]any)
		for _, discovery := range discoveries {
			discovery.(map[string]any)["kubeconfig_file"] = a.harness.Kubeconfig()
		}
	}
	config["scrape_configs"] = jobs
	err := faster(config, map[string]bool{"scrape_interval": true, "evaluation_interval": true})
	if err != nil {
		return err
	}
	for _, item := range jobs {
		job, _ := item.(map[string]any)
		if job["scrape_timeout"] != nil {
			job["scrape_timeout"] = job["scrape_interval"] // a third of it is too short
		}
	}
	config["scrape_configs"] = append(jobs, a.jobs...)
	return nil
}

// fasterRules divides the durations of a rule file by Speed.
func fasterRules(text string) ([]byte, error) {
	var file map[string]any
	if err := yaml.Unmarshal([]byte(text), &file); err != nil {
		return nil, err
	}
	if err := faster(file, map[string]bool{"for": true, "keep_firing_for": true, "interval": true}); err != nil {
		return nil, err
	}
	groups, _ := file["groups"].([]any)
	for _, group := range groups {
		rules, _ := group.(map[string]any)["rules"].([]any)
		for _, item := range rules {
			rule, _ := item.(map[string]any)
			expr, err := Query(fmt.Sprint(rule["expr"]))
			if err != nil {
				return nil, err
			}
			rule["expr"] = expr
		}
	}
	return yaml.Marshal(file)
}

func writeChanged(path string, text []byte) (bool, error) {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, text) {
		return false, nil
	}
	return true, os.WriteFile(path, text, 0o600)
}
