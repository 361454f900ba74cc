package checkservice

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/mlops-iac/mlops/components/monitoring/metrics"
	"github.com/mlops-iac/mlops/components/tenant/spec"
)

type families map[string]*dto.MetricFamily

// required is a series that alerts or dashboards read of every server. Those about
// seeds, classes and newer models are for servers that have them.
type required struct {
	name  string
	kind  dto.MetricType
	label string
}

func requiredSeries() []required {
	return []required{
		{metrics.RequestsTotal, dto.MetricType_COUNTER, metrics.LabelCode},
		{metrics.RequestDuration, dto.MetricType_HISTOGRAM, ""},
		{metrics.RequestsInFlight, dto.MetricType_GAUGE, ""},
		{metrics.ModelLoaded, dto.MetricType_GAUGE, ""},
		{metrics.ModelInfo, dto.MetricType_GAUGE, metrics.LabelVersion},
	}
}

// scrape reads the metrics as Prometheus does.
func (s *subject) scrape(ctx context.Context) (families, error) {
	code, text, err := s.do(ctx, http.MethodGet, spec.MetricsPath, nil, http.Header{"Accept": {"text/plain;version=0.0.4"}})
	if err := wants(http.StatusOK, spec.MetricsPath, code, text, err); err != nil {
		return nil, err
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	found, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("%s is no Prometheus text: %w", spec.MetricsPath, err)
	}
	return found, nil
}

func (s *subject) metrics(ctx context.Context) error {
	_, err := s.scrape(ctx)
	return err
}

func (s *subject) series(ctx context.Context) error {
	found, err := s.scrape(ctx)
	if err != nil {
		return err
	}
	var missing []string
	for _, one := range requiredSeries() {
		if reason := one.missing(found[one.name]); reason != "" {
			missing = append(missing, one.name+" "+reason)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%s", strings.Join(missing, "; "))
	}
	return nil
}

func (r required) missing(family *dto.MetricFamily) string {
	kind := strings.ToLower(r.kind.String())
	switch {
	case family == nil:
		return "is missing: a " + kind
	case family.GetType() != r.kind:
		return fmt.Sprintf("is a %s, not a %s", strings.ToLower(family.GetType().String()), kind)
	case r.label == "":
		return ""
	}
	for _, one := range family.GetMetric() {
		if labelOf(one, r.label) == "" {
			return "has no label " + r.label
		}
	}
	return ""
}

func labelOf(one *dto.Metric, name string) string {
	for _, pair := range one.GetLabel() {
		if pair.GetName() == name {
			return pair.GetValue()
		}
	}
	return ""
}

// counted is how many requests the server says it has answered 200, and how many
// durations it has seen.
func (f families) counted() (requests, durations float64) {
	for _, one := range f[metrics.RequestsTotal].GetMetric() {
		if labelOf(one, metrics.LabelCode) == "200" {
			requests += one.GetCounter().GetValue()
		}
	}
	for _, one := range f[metrics.RequestDuration].GetMetric() {
		durations += float64(one.GetHistogram().GetSampleCount())
	}
	return requests, durations
}

const (
	// countedRequests is how many requests are made to see them counted.
	countedRequests = 5
	// countLimit is how long a server may take to count what it has answered.
	countLimit = 2 * time.Second
)

// counter waits for what was asked before to be counted, so that nothing but its own
// requests is between its two looks.
func (s *subject) counter(ctx context.Context) error {
	time.Sleep(4 * pause)
	before, err := s.scrape(ctx)
	if err != nil {
		return err
	}
	for range countedRequests {
		if err := s.ask(ctx); err != nil {
			return err
		}
	}
	requests, durations := before.counted()
	for begin := time.Now(); ; time.Sleep(pause) {
		after, err := s.scrape(ctx)
		if err != nil {
			return err
		}
		moreRequests, moreDurations := after.counted()
		if moreRequests-requests == countedRequests && moreDurations-durations == countedRequests {
			return nil
		}
		if time.Since(begin) > countLimit {
			return fmt.Errorf("after %d requests the counter grew by %v and the histogram by %v",
				countedRequests, moreRequests-requests, moreDurations-durations)
		}
	}
}

func (s *subject) buckets(ctx context.Context) error {
	found, err := s.scrape(ctx)
	if err != nil {
		return err
	}
	highest := math.Inf(-1)
	for _, one := range found[metrics.RequestDuration].GetMetric() {
		for _, bucket := range one.GetHistogram().GetBucket() {
			if bound := bucket.GetUpperBound(); !math.IsInf(bound, 1) {
				highest = max(highest, bound)
			}
		}
	}
	if highest <= metrics.LatencyLimit {
		return fmt.Errorf("the highest bound of %s is %v", metrics.RequestDuration, highest)
	}
	return nil
}
