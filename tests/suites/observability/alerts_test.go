package observability_test

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/monitoring/rules"
	clusterharness "github.com/mlops-iac/mlops/tests/suites/conformance/harness"
	"github.com/mlops-iac/mlops/tests/suites/observability/harness"
)

// everyRule are the rules of a stack with everything.
var everyRule = rules.Options{GPU: true, Cost: true}

// evidence is what was seen of one alert.
type evidence struct {
	// fires and quiet count the promtool tests that the alert has passed.
	fires, quiet    int
	fired, notified bool
	tenants         []string
}

func (s *suite) seen(alert string) *evidence {
	if s.alerts[alert] == nil {
		s.alerts[alert] = &evidence{}
	}
	return s.alerts[alert]
}

// scenario is the line of a promtool test that has passed.
var scenario = regexp.MustCompile(`--- PASS: TestAlertsFireWhenTheyShould/(fires|quiet)=([\w+]+)/`)

// unitTests runs the promtool tests of the rules as they are, with the durations
// of a cluster, and counts them by alert.
func (s *suite) unitTests(t *testing.T) {
	tests := exec.CommandContext(t.Context(), "go", "test", "-timeout", "30m", "-v", "./promtool") // it may have to build promtool
	tests.Dir = filepath.Join(clusterharness.Root, "tests", "suites", "programs")
	output, err := tests.CombinedOutput()
	require.NoError(t, err, string(output))
	for _, match := range scenario.FindAllStringSubmatch(string(output), -1) {
		for alert := range strings.SplitSeq(match[2], "+") {
			if match[1] == "fires" {
				s.seen(alert).fires++
			} else {
				s.seen(alert).quiet++
			}
		}
	}
	for _, name := range rules.Names(everyRule) {
		assert.Positive(t, s.seen(name).fires, "%s has no promtool test in which it fires", name)
		assert.Positive(t, s.seen(name).quiet, "%s has no promtool test in which it stays quiet", name)
	}
}

// patience is how long an alert may take beyond the time that it waits by
// itself: scrapes, evaluations, Alertmanager's grouping, and a busy machine.
const patience = 40 * time.Second

// healthy wants no alert while nothing is wrong, for longer than most alerts wait.
func (s *suite) healthy(t *testing.T) {
	time.Sleep(harness.Time(6 * time.Minute))
	firing, err := s.firing(t.Context())
	require.NoError(t, err)
	assert.Empty(t, firing, "alerts while all is well")
	assert.Empty(t, s.Inbox.Received(), "notifications while all is well")
}

// firing are the alerts that fire now: names with their tenants.
func (s *suite) firing(ctx context.Context) (map[string][]string, error) {
	all, err := s.Prometheus.Alerts(ctx)
	if err != nil {
		return nil, err
	}
	found := map[string][]string{}
	for _, alert := range all.Alerts {
		if string(alert.State) == "firing" {
			name := string(alert.Labels[model.AlertNameLabel])
			found[name] = append(found[name], string(alert.Labels["tenant"]))
		}
	}
	return found, nil
}

// incident is an injected fault and the alert that must come of it.
type incident struct {
	alert, severity, tenant string
	// wait is how long the condition must hold, window and all.
	wait time.Duration
	// cause makes it happen.
	cause func(*testing.T)
}

// everyAlert injects every fault at once: each concerns other pods or another
// alert, and inhibition between them is part of what is tested.
func (s *suite) everyAlert(t *testing.T) {
	incidents := s.incidents(t)
	covered := map[string]bool{}
	for _, one := range incidents {
		covered[one.alert] = true
		one.cause(t)
	}
	for _, name := range rules.Names(everyRule) {
		assert.True(t, covered[name], "alert %s has no incident here", name)
	}
	// The quickest first: restarts are long ago when the slowest has come.
	slices.SortStableFunc(incidents, func(a, b incident) int { return cmp.Compare(a.wait, b.wait) })
	for _, one := range incidents {
		t.Run(one.alert, func(t *testing.T) { s.comes(t, one) })
	}
	t.Run("slack", s.toldBySlack)
}

// comes waits until an alert fires and the receiver is told all that somebody
// who is woken needs.
func (s *suite) comes(t *testing.T, one incident) {
	seen := s.seen(one.alert)
	s.Await(t, harness.Time(one.wait)+patience, one.alert+" fires", func(ctx context.Context) error {
		firing, err := s.firing(ctx)
		if err == nil && !slices.Contains(firing[one.alert], one.tenant) {
			err = fmt.Errorf("%s does not fire for %s; firing: %v", one.alert, one.tenant, firing)
		}
		return err
	})
	seen.fired, seen.tenants = true, append(seen.tenants, one.tenant)
	var told harness.Notification
	s.Await(t, patience, "the receiver is told of "+one.alert, func(context.Context) error {
		found, err := s.told(one.alert, one.tenant)
		told = found
		return err
	})
	assert.Equal(t, "firing", told.Status)
	assert.Equal(t, one.severity, told.Labels["severity"])
	assert.NotEmpty(t, told.Annotations["summary"])
	assert.NotContains(t, told.Annotations["summary"]+told.Annotations["description"], "<no value>")
	assert.True(t, strings.HasSuffix(told.Annotations["runbook_url"], "/"+one.alert+".md"), told.Annotations["runbook_url"])
	seen.notified = true
}

// told is the notification of an alert of a tenant that the receiver has got.
func (s *suite) told(alert, tenant string) (harness.Notification, error) {
	for _, notification := range s.Inbox.Received() {
		if notification.Labels["alertname"] == alert && notification.Labels["tenant"] == tenant {
			return notification, nil
		}
	}
	return harness.Notification{}, fmt.Errorf("no notification of %s for %s", alert, tenant)
}

func (s *suite) toldBySlack(t *testing.T) {
	s.Await(t, patience, "Slack is told", func(context.Context) error {
		for _, message := range s.Inbox.Slack() {
			if strings.Contains(message, rules.ErrorRateHigh) && strings.Contains(message, "tenant-a") {
				return nil
			}
		}
		return fmt.Errorf("no message of %s in %q", rules.ErrorRateHigh, s.Inbox.Slack())
	})
}

func (s *suite) printAlerts(out io.Writer) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ALERT\tUNIT-TESTED\tFIRED FOR REAL\tNOTIFIED\tTENANTS")
	for _, name := range slices.Sorted(maps.Keys(s.alerts)) {
		seen := s.alerts[name]
		fmt.Fprintf(table, "%s\t%d fire, %d quiet\t%t\t%t\t%s\n", name, seen.fires, seen.quiet, seen.fired, seen.notified, strings.Join(seen.tenants, ", "))
	}
	fmt.Fprintln(table)
	_ = table.Flush() // to the terminal
}
