package promtool_test

import (
	"fmt"

	"github.com/mlops-iac/mlops/components/monitoring/rules"
)

// scenario is what Prometheus sees, and which alerts fire at which time; no
// time means that none fires at any time.
type scenario struct {
	series []series
	firing map[string][]string
	// quiet is the alert that a silent scenario is about.
	quiet string
}

// namespaces are those of two tenants, and one that is nobody's.
func namespaces() []series {
	return []series{
		{`kube_namespace_labels{namespace="team-a", label_mlops_io_tenant="a", instance="ksm-1"}`, "1x300"},
		{`kube_namespace_labels{namespace="team-b", label_mlops_io_tenant="b", instance="ksm-1"}`, "1x300"},
		{`kube_namespace_labels{namespace="monitoring", instance="ksm-1"}`, "1x300"},
	}
}

func firingFor(alert, severity, tenant string) string {
	return fmt.Sprintf(`{alertname=%q, severity=%q, tenant=%q}`, alert, severity, tenant)
}

// fires is a scenario of one alert of tenant a: quiet at the first time, firing
// at the second.
func fires(alert, severity, quiet, loud string, input ...series) scenario {
	return scenario{series: input, firing: map[string][]string{quiet: {}, loud: {firingFor(alert, severity, "a")}}}
}

// silent is a scenario close to that of alert, in which nothing fires within 95
// minutes.
func silent(alert string, input ...series) scenario {
	return scenario{series: input, quiet: alert}
}

const warning, critical = "warning", "critical"

func scenarios() map[string]scenario {
	all := map[string]scenario{}
	for _, some := range []map[string]scenario{
		serviceScenarios(), rareRequestScenarios(), podScenarios(), crashLoopScenarios(), trainingScenarios(),
		gpuScenarios(), errorScenarios(), capacityScenarios(), fullByDesignScenarios(), costScenarios(),
	} {
		for name, s := range some {
			all[name] = s
		}
	}
	return all
}

func latency(ns string, within5, within10 string) []series {
	name := `inference_request_duration_seconds_bucket{namespace="` + ns + `", pod="p", tenant="someone-else", le="%s"}`
	return []series{
		{fmt.Sprintf(name, "2.5"), within5}, {fmt.Sprintf(name, "5"), within5},
		{fmt.Sprintf(name, "10"), within10}, {fmt.Sprintf(name, "+Inf"), within10},
	}
}

func requests(code, values string) series {
	return series{`inference_requests_total{namespace="team-a", pod="p", tenant="a", code="` + code + `"}`, values}
}

func seeds(pod, values string) series {
	return series{`inference_model_seed{namespace="team-a", pod="` + pod + `"}`, values}
}

func serviceScenarios() map[string]scenario {
	return map[string]scenario{
		"p95 over 5 s":           fires(rules.LatencyHigh, warning, "2m", "3m", latency("team-a", "0x200", "0+30x200")...),
		"p95 below 5 s":          silent(rules.LatencyHigh, latency("team-a", "0+30x200", "0+30x200")...),
		"p95 over 5 s of nobody": silent(rules.LatencyHigh, latency("monitoring", "0x200", "0+30x200")...),
		"3% over 5 s":            silent(rules.LatencyHigh, latency("team-a", "0+97x200", "0+100x200")...),
		"6% of requests fail":    fires(rules.ErrorRateHigh, warning, "5m", "6m", requests("500", "0+6x200"), requests("200", "0+94x200")),
		"4% of requests fail":    silent(rules.ErrorRateHigh, requests("503", "0+4x200"), requests("200", "0+96x200")),
		"clients' errors":        silent(rules.ErrorRateHigh, requests("404", "0+50x200"), requests("200", "0+50x200")),
		"no requests at all":     silent(rules.ErrorRateHigh, requests("500", "0x200"), requests("200", "0x200")),
		"model not loaded": fires(rules.ModelNotLoaded, critical, "4m30s", "6m",
			series{`inference_model_loaded{namespace="team-a", pod="p"}`, "0x200"}),
		"seed after a published model": fires(rules.ModelLost, critical, "9m", "11m", seeds("p", "0x9 1x190")),
		"seed beside a published one":  fires(rules.ModelLost, critical, "9m", "11m", seeds("p", "0x200"), seeds("q", "_x9 1x190")),
		"seed from the beginning":      silent(rules.ModelLost, seeds("p", "1x200"), seeds("q", "_x50 1x150")),
		"published after the seed":     silent(rules.ModelLost, seeds("p", "1x9 0x190"), seeds("q", "1x12 0x187")),
		"seed of nobody": silent(rules.ModelLost,
			series{`inference_model_seed{namespace="monitoring", pod="p"}`, "0x9 1x190"}),
		"model loads slowly": silent(rules.ModelNotLoaded, series{`inference_model_loaded{namespace="team-a", pod="p"}`, "0x8 1x190"}),
		// Every second sample: replicas look once a minute.
		"model refused at every look": fires(rules.ModelUpdateFails, warning, "14m30s", "17m", loadFailures("team-a", "refused", "0x10 0+0.5x190")),
		"store answers nobody":        fires(rules.ModelUpdateFails, warning, "14m30s", "17m", loadFailures("team-a", "unavailable", "0x10 0+0.5x190")),
		"store was away for a minute": silent(rules.ModelUpdateFails, loadFailures("team-a", "unavailable", "0x10 1x190")),
		"model of nobody refused":     silent(rules.ModelUpdateFails, loadFailures("monitoring", "refused", "0+1x200")),
	}
}

func loadFailures(ns, reason, values string) series {
	return series{`inference_model_load_failures_total{namespace="` + ns + `", pod="p", reason="` + reason + `"}`, values}
}

// rareRequestScenarios are services that are asked so rarely that one request is a
// large share. Samples are 30 seconds apart.
func rareRequestScenarios() map[string]scenario {
	once, rarely := "0x20 1x180", "0+0.3x200" // one; and 36 an hour
	return map[string]scenario{
		"one slow request on an idle day":    silent(rules.LatencyHigh, latency("team-a", "0x200", once)...),
		"one slow request among a few":       silent(rules.LatencyHigh, latency("team-a", "0+0.5x20 10+0.5x180", "0+0.5x20 11+0.5x180")...),
		"one failed request on an idle day":  silent(rules.ErrorRateHigh, requests("500", once), requests("200", "0x200")),
		"two failed requests on an idle day": silent(rules.ErrorRateHigh, requests("500", "0x20 1x8 2x170"), requests("200", "0x200")),
		"rare requests, all slow":            fires(rules.LatencyHigh, warning, "40m", "70m", latency("team-a", "0x200", rarely)...),
		"rare requests, all failed":          fires(rules.ErrorRateHigh, warning, "40m", "70m", requests("500", rarely), requests("200", "0x200")),
	}
}
