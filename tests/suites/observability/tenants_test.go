package observability_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/mlops-iac/mlops/components/monitoring/rules"
	clusterharness "github.com/mlops-iac/mlops/tests/suites/conformance/harness"
	"github.com/mlops-iac/mlops/tests/suites/observability/harness"
)

// admit adds tenants to the stack and waits until they serve.
func (s *suite) admit(t *testing.T, names ...string) {
	t.Helper()
	more := map[string]string{}
	for _, name := range names {
		more[name] = fmt.Sprintf(clusterharness.Newcomer, name)
	}
	stack := clusterharness.Load(t, "dev", clusterharness.WithTenants(t, more), toldByWebhook)
	assert.Equal(t, watching(s.Stack), watching(stack), "no rule and no dashboard changes for a tenant")
	for _, object := range stack.Objects {
		for _, name := range names {
			if object.GetNamespace() == name || object.GetKind() == "Namespace" && object.GetName() == name {
				s.MustApply(t, object)
			}
		}
	}
	for _, name := range names {
		s.Kubelet.AwaitReady(t, name)
	}
}

// watching are the rules and dashboards of a stack.
func watching(stack clusterharness.Stack) []*unstructured.Unstructured {
	var found []*unstructured.Unstructured
	for _, object := range stack.Objects {
		if object.GetKind() == "PrometheusRule" || object.GetLabels()["grafana_dashboard"] != "" {
			found = append(found, object)
		}
	}
	return found
}

// newcomer is a tenant that comes later: the dashboard shows it, and nothing but
// its own objects was made for that.
func (s *suite) newcomer(t *testing.T) {
	const name = "tenant-c"
	s.admit(t, name)
	s.Await(t, harness.Time(5*time.Minute)+patience, "the dashboard shows "+name, func(ctx context.Context) error {
		if missing := s.failing(ctx, tenantsBoard, name); len(missing) > 0 {
			return fmt.Errorf("panels without data of %s: %q", name, missing)
		}
		return nil
	})
}

// renamed runs services in which one metric has another name: exactly the panels
// and the alert that need it must fail, and be named.
func (s *suite) renamed(t *testing.T, built services) {
	cases := []struct {
		constant, tenant, fault string
		panels                  []string
		lost                    string
		kept                    []string
	}{
		{"RequestsTotal", "without-requests", `{"errorRatio":1}`, []string{"Request rate"}, rules.ErrorRateHigh, nil},
		{"RequestDuration", "without-duration", `{"latency":"6s","errorRatio":1}`, []string{"Latency p95", "Latency p50"}, rules.LatencyHigh, []string{rules.ErrorRateHigh}},
		{"ModelLoaded", "without-model", `{"noModel":true}`, nil, rules.ModelNotLoaded, []string{rules.PodNotReady}},
	}
	var names []string
	for _, c := range cases {
		s.Kubelet.Use(c.tenant, built.renamed[c.constant])
		names = append(names, c.tenant)
	}
	s.admit(t, names...)
	for _, c := range cases {
		t.Run(c.constant, func(t *testing.T) {
			s.Await(t, harness.Time(5*time.Minute)+patience, "exactly the panels of "+c.constant+" fail", func(ctx context.Context) error {
				if failing := s.failing(ctx, tenantsBoard, c.tenant); !assert.ObjectsAreEqual(c.panels, failing) {
					return fmt.Errorf("failing: %q, expected: %q", failing, c.panels)
				}
				return nil
			})
		})
	}
	for _, c := range cases {
		for _, pod := range s.Kubelet.Pods(c.tenant) {
			pod.SetFaults(t, c.fault)
		}
	}
	time.Sleep(harness.Time(10*time.Minute) + 10*time.Second)
	firing, err := s.firing(t.Context())
	require.NoError(t, err)
	for _, c := range cases {
		assert.NotContains(t, firing[c.lost], c.tenant, "without %s there is no %s", c.constant, c.lost)
		for _, kept := range c.kept {
			assert.Contains(t, firing[kept], c.tenant, "%s does not need %s", kept, c.constant)
		}
	}
}

// targets wants every scrape to succeed.
func (s *suite) targets(t *testing.T) {
	s.Await(t, patience, "every target is up", func(ctx context.Context) error {
		found, err := s.Prometheus.Targets(ctx)
		if err != nil {
			return err
		}
		jobs := map[string]bool{}
		for _, target := range found.Active {
			if target.Health != "up" {
				return fmt.Errorf("%s is %s: %s", target.ScrapeURL, target.Health, target.LastError)
			}
			jobs[string(target.Labels["job"])+"/"+string(target.Labels["namespace"])] = true
		}
		for _, job := range []string{"inference/tenant-a", "inference/tenant-b", "kube-state-metrics/", "kubelet/", "apiserver/", "dcgm-exporter/", "opencost/"} {
			if !jobs[job] {
				return fmt.Errorf("no target of %s among %v", job, jobs)
			}
		}
		return nil
	})
}
