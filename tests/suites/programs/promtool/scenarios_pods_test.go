package promtool_test

import (
	"strconv"
	"strings"
	"time"

	"github.com/mlops-iac/mlops/components/monitoring/rules"
)

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
	down := []string{firingFor(rules.ServiceDown, critical, "a"), firingFor(rules.PodNotReady, warning, "a")}
	return map[string]scenario{
		"4 restarts in 10 m":  crashLoop,
		"3 restarts in 10 m":  silent(rules.PodRestarts, restarts("1x30 2 3 4x160")),
		"a restart each 10 m": silent(rules.PodRestarts, restarts("0x18 1x18 2x18 3x18 4x18 5x100")),
		"every replica unready for an hour": {
			series: append(deployment("team-a", "1x200", "0x200"), ready("team-a", "0x200")),
			firing: map[string][]string{"4m30s": {}, "6m": down, "65m": down},
		},
		"pod pending":          fires(rules.PodPending, warning, "14m", "16m", phase("Pending", "1x200")),
		"pod pending for 10 m": silent(rules.PodPending, phase("Pending", "1x20 0x180")),
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

// crashing is a container that runs for a time, breaks, and is started again after
// the kubelet's pauses: none, 10 seconds, twice as long each time, at most 5 minutes.
// It has recovered at the end, and goes on running.
func crashing(runs, end time.Duration) []series {
	const step, longest = 30 * time.Second, 5 * time.Minute
	var count, waiting []string
	restarted, next, pause := 0, runs, time.Duration(0) // next is when it breaks or is started again
	pausing := false
	for at := time.Duration(0); at <= 2*time.Hour; at += step {
		for next <= at && (pausing || at < end) {
			switch {
			case pausing:
				restarted, pausing, next = restarted+1, false, next+runs
			default:
				pausing, next = true, next+pause
				pause = min(max(2*pause, 10*time.Second), longest)
			}
		}
		count = append(count, strconv.Itoa(restarted))
		waiting = append(waiting, map[bool]string{true: "1", false: "stale"}[pausing])
	}
	return []series{
		restarts(strings.Join(count, " ")),
		{`kube_pod_container_status_waiting_reason{namespace="team-a", pod="p", container="app", uid="1", reason="CrashLoopBackOff"}`, strings.Join(waiting, " ")},
	}
}

// crashLoopScenarios go on for longer than the kubelet's pauses grow.
func crashLoopScenarios() map[string]scenario {
	loud := []string{firingFor(rules.PodRestarts, critical, "a")}
	return map[string]scenario{
		"crash loop that goes on": {
			series: crashing(time.Second, 2*time.Hour),
			firing: map[string][]string{"2m": {}, "4m": loud, "11m": loud, "12m": loud, "30m": loud, "1h50m": loud},
		},
		"crash loop of four minutes each": {
			series: crashing(4*time.Minute, 2*time.Hour),
			firing: map[string][]string{"10m": {}, "30m": loud, "1h50m": loud},
		},
		"crash loop that ends": {
			series: crashing(time.Second, 30*time.Minute),
			firing: map[string][]string{"30m": loud, "50m": {}, "1h50m": {}},
		},
		"three crashes and no more": silent(rules.PodRestarts, crashing(time.Second, 40*time.Second)...),
	}
}
