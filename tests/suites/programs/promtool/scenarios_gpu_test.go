package promtool_test

import (
	"fmt"

	"github.com/mlops-iac/mlops/components/monitoring/rules"
)

func gpu(metric, ns, values string) series {
	return series{metric + `{namespace="` + ns + `", pod="p", Hostname="node-1", gpu="0"}`, values}
}

func gpuScenarios() map[string]scenario {
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
		"pod waits for a gpu": {series: []series{phase("Pending", "1x200"), wants}, firing: map[string][]string{
			"14m": {}, "16m": {firingFor(rules.GPUPodsPending, warning, "a"), firingFor(rules.PodPending, warning, "a")},
		}},
		"pod waits for a gpu node": silent(rules.GPUPodsPending, phase("Pending", "1x20 0x180"), wants),
	}
}

const load, xid = "DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_DEV_XID_ERRORS"

// shown is a GPU whose exporter has the error's number and text as labels, as
// release 3.3.6 and later have: another error is another series.
func shown(ns, pod, code, values string) series {
	return series{fmt.Sprintf(`%s{namespace=%q, pod=%q, Hostname="node-1", gpu="0", err_code=%q}`, xid, ns, pod, code), values}
}

// errorScenarios are about who held a GPU when an error came.
func errorScenarios() map[string]scenario {
	hardware := func(tenant string) []string { return []string{firingFor(rules.GPUXIDErrors, critical, tenant)} }
	program := func(tenant string) []string { return []string{firingFor(rules.GPUProgramErrors, warning, tenant)} }
	all := map[string]scenario{
		"a gpu with the error of before": silent(rules.GPUXIDErrors, gpu(xid, "team-a", "79x200")),
		"a gpu with the crash of before": silent(rules.GPUProgramErrors, gpu(xid, "team-a", "31x200")),
		"the next pod has the error of the one before": {
			series: []series{
				shown("team-b", "q", "0", "0x10 stale"), shown("team-b", "q", "79", "_x10 79x10 stale"),
				shown("team-a", "p", "79", "_x22 79x180"),
			},
			firing: map[string][]string{"8m": hardware("b"), "20m": hardware("b"), "90m": hardware("b")},
		},
		"a pod ends with its error": {
			series: []series{shown("team-a", "p", "0", "0x10 stale"), shown("monitoring", "exporter", "31", "_x10 31x190")},
			firing: map[string][]string{"5m": {}, "8m": program("a"), "30m": program("a"), "40m": {}},
		},
		"a second error": {
			series: []series{shown("team-a", "p", "31", "31x20 stale"), shown("team-a", "p", "79", "_x20 79x180")},
			firing: map[string][]string{"10m": {}, "13m": hardware("a"), "90m": hardware("a")},
		},
		"a gpu that is replaced": {
			series: []series{shown("team-a", "p", "0", "0x10 stale"), shown("team-a", "p", "48", "_x10 48x20 stale")},
			firing: map[string][]string{"8m": hardware("a"), "20m": {}},
		},
		"the first error of an exporter that shows none before": {
			series: []series{gpu(load, "team-a", "60x200"), shown("team-a", "p", "79", "_x10 79x190")},
			firing: map[string][]string{"5m": {}, "8m": hardware("a")},
		},
		"an exporter that restarts": silent(rules.GPUXIDErrors, gpu(xid, "team-a", "79x20 stale _x5 0x170"), gpu(load, "team-a", "60x20 stale _x5 60x170")),
	}
	for _, code := range []string{"13", "31", "43", "45"} {
		all["program error "+code] = scenario{
			series: []series{gpu(xid, "team-a", "0x10 "+code+"x190")}, firing: map[string][]string{"5m": {}, "8m": program("a"), "45m": {}},
		}
	}
	return all
}
