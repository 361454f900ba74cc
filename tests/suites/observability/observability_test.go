// Package observability_test proves that every panel shows data and every alert
// reaches a receiver, with real services, a real Prometheus and a real
// Alertmanager. Package harness says what is real and what is not.
package observability_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/mlops-iac/mlops/components/monitoring/dashboard"
	clusterharness "github.com/mlops-iac/mlops/tests/suites/conformance/harness"
	"github.com/mlops-iac/mlops/tests/suites/observability/harness"
)

// suite is the stack dev in a harness, with what the checks have found out.
type suite struct {
	*harness.Harness
	boards []board
	began  time.Time
	alerts map[string]*evidence
	panels []shown
}

// TestObservability runs the checks one after the other: each starts from what
// the one before it has left.
func TestObservability(t *testing.T) {
	services := build(t)
	stack := clusterharness.Load(t, "dev", nil, toldByWebhook)
	s := &suite{
		Harness: harness.New(t, stack, harness.Options{Service: services.good, Model: services.model}),
		alerts:  map[string]*evidence{}, began: time.Now(),
	}
	s.boards = s.readBoards(t)
	t.Run("promtool", s.unitTests)
	t.Cleanup(func() { s.print(os.Stdout) })
	for _, tenant := range s.Tenants(t) {
		s.Kubelet.AwaitReady(t, tenant)
	}
	s.Load(t)
	s.trainOnGPU(t, "healthy")
	t.Run("targets", s.targets)
	t.Run("healthy", s.healthy)
	t.Run("panels", s.everyPanel)
	t.Run("newcomer", s.newcomer)
	// Costs are drawn before the incident that makes them grow beyond reason.
	t.Run("picture of costs", func(t *testing.T) { s.pictures(t, isCost) })
	t.Run("alerts", s.everyAlert)
	t.Run("pictures", func(t *testing.T) { s.pictures(t, func(uid string) bool { return !isCost(uid) }) })
	t.Run("renamed", func(t *testing.T) { s.renamed(t, services) })
}

func isCost(uid string) bool { return uid == dashboard.CostUID }

// toldByWebhook gives a stack receivers that this machine can play.
func toldByWebhook(settings map[string]any) {
	monitoring, _ := settings["monitoring"].(map[string]any)
	monitoring["alerting"] = map[string]any{
		"webhook": map[string]any{"url": "https://alerts.example.com/mlops"},
		"slack":   map[string]any{"webhookUrl": "https://hooks.slack.com/services/T0/B0/x", "channel": "#ml-alerts"},
	}
}

// print shows what was found out, as two tables.
func (s *suite) print(out *os.File) {
	fmt.Fprintf(out, "\nDurations are divided by %d; see the documentation of package harness.\n\n", harness.Speed)
	s.printAlerts(out)
	s.printPanels(out)
}
