package promtool_test

import (
	"fmt"
	"strings"

	"github.com/mlops-iac/mlops/components/monitoring/rules"
)

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
		"quota of nothing":             silent(rules.QuotaNearlyUsed, quota("0x200", "0x200")...),
	}
}

// replicas are pods of a Deployment that request or are limited to so much each.
func replicas(count int, what, resource, each string) []series {
	var list []series
	for number := range count {
		pod := fmt.Sprintf(`namespace="team-a", pod="p%d"`, number)
		list = append(list,
			series{"kube_pod_container_resource_" + what + "{" + pod + `, container="app", resource="` + resource + `"}`, each + "x200"},
			// OpenCost says the same once more.
			series{"kube_pod_container_resource_" + what + "{" + pod + `, container="app", resource="` + resource + `", job="opencost"}`, each + "x200"},
			series{"kube_pod_owner{" + pod + `, owner_kind="ReplicaSet", owner_name="inference-1"}`, "1x200"})
	}
	return list
}

// fullByDesignScenarios are quotas of exactly what is to be there, and such that
// keep a replica out.
func fullByDesignScenarios() map[string]scenario {
	all := map[string]scenario{
		"10 replicas and room for one in a rollout": silent(rules.QuotaNearlyUsed,
			append(quotaOf("limits.cpu", "10x200", "11x200"), replicas(10, "limits", "cpu", "1")...)...),
		"11 pods of 12": silent(rules.QuotaNearlyUsed, quotaOf("pods", "11x200", "12x200")...),
		"12 pods of 12": fires(rules.QuotaNearlyUsed, warning, "4m30s", "6m", quotaOf("pods", "12x200", "12x200")...),
		"no room for another replica": fires(rules.QuotaNearlyUsed, warning, "4m30s", "6m",
			append(quotaOf("requests.memory", "95x200", "100x200"), replicas(5, "requests", "memory", "10")...)...),
	}
	for _, resource := range []string{
		"requests.nvidia.com/gpu", "persistentvolumeclaims", "requests.storage", "count/jobs.batch",
		"gp3.storageclass.storage.k8s.io/requests.storage", "count/secrets",
	} {
		all["all of "+strings.ReplaceAll(resource, "/", " ")] = silent(rules.QuotaNearlyUsed, quotaOf(resource, "1x200", "1x200")...)
	}
	return all
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
