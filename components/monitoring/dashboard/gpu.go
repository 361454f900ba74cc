package dashboard

import "fmt"

// gpuResource is how kube-state-metrics spells nvidia.com/gpu.
const gpuResource = "nvidia_com_gpu"

// byGPU identifies a GPU; gpu is its number on the node.
const byGPU = "cluster, Hostname, gpu"

// idlePercent is the load below which a GPU counts as idle, that of the alert.
const idlePercent = 5

func gpu() board {
	return board{
		uid: GPUUID, title: "MLOps GPUs", topic: "gpu",
		description: "Load, memory, temperature, power and errors of every GPU, and who holds, wastes and waits for them.",
		variables:   []variable{clusters(), chooseTenant()},
		sections: []section{
			{panels: gpuNumbers()},
			{"Tenants", gpuTenantPanels()},
			{"Hardware", gpuHardwarePanels()},
		},
	}
}

// held are the GPUs that living pods have got, by namespace.
func held() string { return sum(byNamespace, requests(gpuResource)) }

// idle is 1 for every GPU that a pod holds and has not used for ten minutes.
func idle() string {
	load := fmt.Sprintf("avg_over_time(%s[10m])", series("DCGM_FI_DEV_GPU_UTIL", `namespace!=""`))
	return fmt.Sprintf("%s < bool %d", top(byNamespace+", Hostname, gpu", load), idlePercent)
}

// waiting is 1 for every pending pod that asks for a GPU, and 0 for others that ask.
func waiting() string {
	asks := top(byPod, series("kube_pod_container_resource_requests", fmt.Sprintf("resource=%q", gpuResource)))
	return fmt.Sprintf("%s * on (%s) (%s > bool 0)", isInPhase("Pending"), byPod, asks)
}

func gpuNumbers() []panel {
	load := series("DCGM_FI_DEV_GPU_UTIL")
	average := figure("Average load", "Load of all GPUs, held or not.", aggregate("avg", "", top(byGPU, load)))
	average.unit = unitPercent
	return []panel{
		figure("GPUs", "GPUs that nodes offer.", orZero(sum("", allocatable(gpuResource)))),
		figure("Held", "GPUs that pods have got.", orZero(sum("", held()))),
		figure("Idle", "GPUs that a pod holds and has not used for 10 minutes: less than 5% load.", orZero(sum("", idle()))).limits(1, 2),
		figure("Pods waiting", "Pending pods that ask for a GPU.", orZero(sum("", waiting()))).limits(1, 3),
		average,
		figure("GPUs with errors", "GPUs whose last XID is not zero.",
			orZero(fmt.Sprintf("count(%s > 0)", top(byGPU, series("DCGM_FI_DEV_XID_ERRORS"))))).limits(0, 1),
	}
}

func gpuTenantPanels() []panel {
	return []panel{
		{
			kind: stacked, title: "GPUs held", unit: unitCount, tenantLink: true,
			description: "GPUs that the pods of a tenant have got.",
			queries:     []query{{expr: byTenant(held()), legend: "{{tenant}}"}},
		},
		{
			title: "Idle GPUs", unit: unitCount, fail: 1, tenantLink: true,
			description: "GPUs that a tenant holds and has not used for 10 minutes. The alert comes after 30.",
			queries:     []query{{expr: byTenant(sum(byNamespace, idle())), legend: "{{tenant}}"}},
		},
		{
			title: "Load by tenant", unit: unitPercent, tenantLink: true,
			description: "Load of the GPUs a tenant holds, averaged over them.",
			queries: []query{{
				expr: aggregate("avg", "tenant", ofTenants(top(byNamespace+", Hostname, gpu",
					series("DCGM_FI_DEV_GPU_UTIL", `namespace!=""`)))),
				legend: "{{tenant}}",
			}},
		},
		{
			title: "Pods that wait for a GPU", unit: unitCount, warn: 1, fail: 3, tenantLink: true,
			description: "Pending pods that ask for a GPU, by tenant. A GPU node takes about ten minutes to come.",
			queries:     []query{{expr: byTenant(sum(byNamespace, waiting())), legend: "{{tenant}}"}},
		},
	}
}

func gpuHardwarePanels() []panel {
	each := func(title, description, unit, metric string) panel {
		return panel{
			title: title, description: description, unit: unit,
			queries: []query{{expr: top(byGPU, series(metric)), legend: "{{Hostname}} gpu {{gpu}}"}},
		}
	}
	memory := each("Memory", "Used share of a GPU's memory. At 100% a process that asks for more ends with an error.", unitShare, "")
	used, free := top(byGPU, series("DCGM_FI_DEV_FB_USED")), top(byGPU, series("DCGM_FI_DEV_FB_FREE"))
	memory.queries[0].expr = fmt.Sprintf("%[1]s / (%[1]s + %[2]s)", used, free)
	return []panel{
		each("Load", "Share of time in which a GPU did anything, by GPU.", unitPercent, "DCGM_FI_DEV_GPU_UTIL"),
		memory.limits(0.9, 0.98),
		each("Temperature", "Temperature of a GPU. Most slow down at about 85 to 95 degrees.", unitCelsius, "DCGM_FI_DEV_GPU_TEMP").limits(80, 90),
		each("Power", "Power a GPU draws.", unitWatt, "DCGM_FI_DEV_POWER_USAGE"),
		{
			title: "Last XID", unit: unitCount, fail: 1, width: 24,
			description: "Number of the last error of a GPU; 0 for none. NVIDIA's list of XID errors says what each means.",
			queries:     []query{{expr: top(byGPU, series("DCGM_FI_DEV_XID_ERRORS")), legend: "{{Hostname}} gpu {{gpu}}"}},
		},
	}
}
