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

// namespaces are one tenant's namespace and one that is nobody's.
func namespaces() []series {
	return []series{
		{`kube_namespace_labels{namespace="team-a", label_mlops_io_tenant="a", instance="ksm-1"}`, "1x200"},
		{`kube_namespace_labels{namespace="monitoring", instance="ksm-1"}`, "1x200"},
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
	for _, some := range []map[string]scenario{serviceScenarios(), podScenarios(), gpuScenarios(), capacityScenarios(), costScenarios()} {
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
	}
}

func restarts(values string) series {
	return series{`kube_pod_container_status_restarts_total{namespace="team-a", pod="p", container="app", uid="1"}`, values}
}

func cpu(used string) []series {
	return []series{
		{`container_cpu_usage_seconds_total{namespace="team-a", pod="p", container="app"}`, used},
		{`container_cpu_usage_seconds_total{namespace="team-a", pod="p"}`, "0+300x200"},
		{`kube_pod_container_resource_limits{namespace="team-a", pod="p", container="app", resource="cpu"}`, "1x200"},
	}
}

func memory(used string) []series {
	return []series{
		{`container_memory_working_set_bytes{namespace="team-a", pod="p", container="app"}`, used},
		{`container_memory_working_set_bytes{namespace="team-a", pod="p"}`, "1000x200"},
		{`kube_pod_container_resource_limits{namespace="team-a", pod="p", container="app", resource="memory"}`, "100x200"},
	}
}

func ready(ns, values string) series {
	return series{`kube_pod_status_ready{namespace="` + ns + `", pod="p", condition="true"}`, values}
}

func phase(phase, values string) series {
	return series{`kube_pod_status_phase{namespace="team-a", pod="p", phase="` + phase + `"}`, values}
}

// deployment is one that wants as many replicas as wanted says.
func deployment(ns, wanted, available string) []series {
	labels := `{namespace="` + ns + `", deployment="inference"}`
	return []series{{"kube_deployment_spec_replicas" + labels, wanted}, {"kube_deployment_status_replicas_available" + labels, available}}
}

func podScenarios() map[string]scenario {
	crashLoop := fires(rules.PodRestarts, critical, "4m", "6m", restarts("0x3 1 2 3 4x200"))
	crashLoop.firing["20m"] = []string{}
	return map[string]scenario{
		"4 restarts in 10 m":   crashLoop,
		"3 restarts in 10 m":   silent(rules.PodRestarts, restarts("1x30 2 3 4x160")),
		"a restart each 10 m":  silent(rules.PodRestarts, restarts("0x18 1x18 2x18 3x18 4x18 5x100")),
		"pod not ready":        fires(rules.PodNotReady, warning, "4m30s", "6m", ready("team-a", "0x200")),
		"pod starts slowly":    silent(rules.PodNotReady, ready("team-a", "0x8 1x190")),
		"pod has ended":        silent(rules.PodNotReady, ready("team-a", "0x200"), phase("Succeeded", "1x200")),
		"pod not ready, other": silent(rules.PodNotReady, ready("monitoring", "0x200")),
		"no replica available": fires(rules.ServiceDown, critical, "4m30s", "6m", deployment("team-a", "2x200", "0x200")...),
		"one of two replicas":  silent(rules.ServiceDown, deployment("team-a", "2x200", "1x200")...),
		"no replica wanted":    silent(rules.ServiceDown, deployment("team-a", "0x200", "0x200")...),
		"no replica of nobody": silent(rules.ServiceDown, deployment("monitoring", "1x200", "0x200")...),
		"cpu at 90%":           fires(rules.CPUHigh, warning, "10m", "16m", cpu("0+27x200")...),
		"cpu at 70%":           silent(rules.CPUHigh, cpu("0+21x200")...),
		"memory at 95%":        fires(rules.MemoryHigh, critical, "4m30s", "6m", memory("95x200")...),
		"memory at 85%":        silent(rules.MemoryHigh, memory("85x200")...),
	}
}

func gpu(metric, ns, values string) series {
	return series{metric + `{namespace="` + ns + `", pod="p", Hostname="node-1", gpu="0"}`, values}
}

func gpuScenarios() map[string]scenario {
	const load, xid = "DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_DEV_XID_ERRORS"
	wants := series{`kube_pod_container_resource_requests{namespace="team-a", pod="p", container="app", resource="nvidia_com_gpu"}`, "1x200"}
	nobodys := scenario{series: []series{gpu(xid, "monitoring", "0x10 79x190")}, firing: map[string][]string{
		"5m": {}, "8m": {firingFor(rules.GPUXIDErrors, critical, rules.PlatformTenant)},
	}}
	return map[string]scenario{
		"gpu idle":                  fires(rules.GPUIdle, warning, "29m", "31m", gpu(load, "team-a", "1x200")),
		"gpu busy":                  silent(rules.GPUIdle, gpu(load, "team-a", "60x200")),
		"gpu idle, held by nobody":  silent(rules.GPUIdle, gpu(load, "monitoring", "0x200")),
		"gpu error":                 fires(rules.GPUXIDErrors, critical, "5m", "8m", gpu(xid, "team-a", "0x10 79x190")),
		"gpu error, held by nobody": nobodys,
		"gpu without error":         silent(rules.GPUXIDErrors, gpu(xid, "team-a", "0x200")),
		"pod waits for a gpu":       fires(rules.GPUPodsPending, warning, "14m", "16m", phase("Pending", "1x200"), wants),
		"pod waits for a gpu node":  silent(rules.GPUPodsPending, phase("Pending", "1x20 0x180"), wants),
		"pod waits without a gpu":   silent(rules.GPUPodsPending, phase("Pending", "1x200")),
	}
}

func hpa(current, highest, lowest string) []series {
	const labels = `{namespace="team-a", horizontalpodautoscaler="inference"}`
	return []series{
		{"kube_horizontalpodautoscaler_status_current_replicas" + labels, current},
		{"kube_horizontalpodautoscaler_spec_max_replicas" + labels, highest},
		{"kube_horizontalpodautoscaler_spec_min_replicas" + labels, lowest},
	}
}

func quota(used, hard string) []series { return quotaOf("requests.cpu", used, hard) }

func quotaOf(resource, used, hard string) []series {
	labels := `namespace="team-a", resourcequota="tenant", resource="` + resource + `"`
	return []series{
		{"kube_resourcequota{" + labels + `, type="used"}`, used}, {"kube_resourcequota{" + labels + `, type="hard"}`, hard},
	}
}

func capacityScenarios() map[string]scenario {
	return map[string]scenario{
		"hpa at its maximum":           fires(rules.HPAAtMaximum, warning, "14m", "16m", hpa("10x200", "10x200", "2x200")...),
		"hpa below its maximum":        silent(rules.HPAAtMaximum, hpa("9x200", "10x200", "2x200")...),
		"hpa with minimum and maximum": silent(rules.HPAAtMaximum, hpa("3x200", "3x200", "3x200")...),
		"quota used to 95%":            fires(rules.QuotaNearlyUsed, warning, "4m30s", "6m", quota("95x200", "100x200")...),
		"quota used to 90%":            silent(rules.QuotaNearlyUsed, quota("90x200", "100x200")...),
		"the only GPU of a quota":      silent(rules.QuotaNearlyUsed, quotaOf("requests.nvidia.com/gpu", "1x200", "1x200")...),
		"quota of nothing":             silent(rules.QuotaNearlyUsed, quota("0x200", "0x200")...),
	}
}

// spending is a pod that has reserved processors, 2 GiB and a GPU on a node
// where they cost 0.5 USD, 0.25 USD per GiB and 1 USD an hour.
func spending(ns, cpus, gpus string) []series {
	const node = `node="n", instance="n"`
	pod := `{namespace="` + ns + `", pod="p", container="app", ` + node + `}`
	return []series{
		{"container_cpu_allocation" + pod, cpus}, {"container_memory_allocation_bytes" + pod, "2147483648x200"},
		{"container_gpu_allocation" + pod, gpus},
		{"node_cpu_hourly_cost{" + node + "}", "0.5x200"}, {"node_ram_hourly_cost{" + node + "}", "0.25x200"},
		{"node_gpu_hourly_cost{" + node + "}", "1x200"},
	}
}

// The pace counts a week, so 20 minutes at 12 USD an hour are 4 USD of it and
// 17 USD a month; the budget is 10 USD.
func costScenarios() map[string]scenario {
	without := spending("team-a", "2x200", "0x200")[:2]
	return map[string]scenario{
		"tenant spends too much":    fires(rules.SpendOverBudget, warning, "65m", "85m", spending("team-a", "1x200", "11x200")...),
		"tenant spends its budget":  silent(rules.SpendOverBudget, spending("team-a", "0.5x200", "0.5x200")...),
		"nobody's pods cost a lot":  silent(rules.SpendOverBudget, spending("monitoring", "1x200", "50x200")...),
		"cost without a node price": silent(rules.SpendOverBudget, without...),
	}
}
