package dashboard

import "fmt"

// hoursPerMonth is what AWS reckons a month with: 8760 hours by 12.
const hoursPerMonth = 730

// gibibyte is the unit of OpenCost's prices of memory and volumes.
const gibibyte = 1 << 30

func cost() board {
	return board{
		uid: CostUID, title: "MLOps cost", topic: "cost",
		description: "What the cluster costs by OpenCost's prices, who asks for it, and what nobody asks for. The control plane, traffic and the services of AWS outside the cluster are not in it.",
		variables:   []variable{clusters(), chooseTenant()},
		sections: []section{
			{panels: costNumbers()},
			{"Tenants", tenantCostPanels()},
			{"Nodes", nodeCostPanels()},
			{"Storage and load balancers", otherCostPanels()},
		},
	}
}

// price is the hourly price of one unit of a resource on a node, with the
// resource in a label as kube-state-metrics spells it: a core, a byte, a GPU.
func price() string {
	of := func(resource, expr string) string {
		return fmt.Sprintf("label_replace(%s, %q, %q, \"\", \"\")", expr, "resource", resource)
	}
	per := func(metric string) string { return top(byNode, series(metric)) }
	return fmt.Sprintf("(%s or %s or %s)",
		of("cpu", per("node_cpu_hourly_cost")),
		of("memory", fmt.Sprintf("%s / %d", per("node_ram_hourly_cost"), gibibyte)),
		of(gpuResource, per("node_gpu_hourly_cost")))
}

// allocated is the hourly cost of what living pods ask for, by namespace, node
// and resource.
func allocated(resources string) string {
	return fmt.Sprintf("%s * on (cluster, node, resource) group_left () %s",
		sum("cluster, namespace, node, resource", requests(resources)), price())
}

const everyResource = "cpu|memory|" + gpuResource

// nodes is the hourly cost of every node.
func nodes() string { return top(byNode, series("node_total_hourly_cost")) }

// volumes is the hourly cost of every volume that a claim holds, by namespace.
func volumes() string {
	capacity := top("cluster, persistentvolume", series("kube_persistentvolume_capacity_bytes"))
	each := fmt.Sprintf("%s * on (cluster, persistentvolume) %s / %d",
		top("cluster, persistentvolume", series("pv_hourly_cost")), capacity, gibibyte)
	claims := top("cluster, persistentvolume, namespace", fmt.Sprintf(`label_replace(%s, "namespace", "$1", "claim_namespace", "(.+)")`,
		series("kube_persistentvolume_claim_ref")))
	return sum(byNamespace, fmt.Sprintf("(%s) * on (cluster, persistentvolume) group_left (namespace) %s", each, claims))
}

// balancers is the hourly cost of every load balancer, by namespace.
func balancers() string {
	return sum(byNamespace, top(byNamespace+", service_name", series("kubecost_load_balancer_cost")))
}

func tenantHourly() string { return byTenant(sum(byNamespace, allocated(everyResource))) }

// unused is the share of the nodes' cost that no living pod asks for.
func unused(by func(string) string) string {
	return fmt.Sprintf("clamp_min(1 - %s / %s, 0)", by(sum(byNode, allocated(everyResource))), by(nodes()))
}

func monthly(expr string) string { return fmt.Sprintf("(%s) * %d", expr, hoursPerMonth) }

func everything(expr string) string { return sum("", expr) }

func costNumbers() []panel {
	dollars := func(title, description, expr string) panel {
		p := figure(title, description, expr)
		p.unit = unitUSD
		return p
	}
	share := figure("Unused", "Share of the nodes' cost that no pod asks for.", unused(everything)).limits(0.4, 0.6)
	share.unit = unitShare
	return []panel{
		dollars("Nodes per hour", "Hourly cost of all nodes.", everything(nodes())),
		dollars("Nodes per month", "The same for 730 hours, as if nothing changed.", monthly(everything(nodes()))),
		share,
		dollars("GPUs per hour", "Hourly cost of the GPUs that pods have got.", orZero(everything(allocated(gpuResource)))),
		dollars("Volumes per month", "Cost of all volumes that a claim holds, for 730 hours.", orZero(monthly(everything(volumes())))),
		dollars("Load balancers per month", "Cost of the load balancers that Services made, for 730 hours.",
			orZero(monthly(everything(balancers())))),
	}
}

func tenantCostPanels() []panel {
	return []panel{
		{
			kind: stacked, title: "Cost per hour", unit: unitUSD, tenantLink: true,
			description: "Hourly cost of the CPU, memory and GPUs that the pods of a tenant ask for, at the prices of the nodes they run on.",
			queries:     []query{{expr: tenantHourly(), legend: "{{tenant}}"}},
		},
		{
			kind: bars, title: "Cost per month", unit: unitUSD, tenantLink: true,
			description: "The same for 730 hours, as if nothing changed.",
			queries:     []query{{expr: monthly(tenantHourly()), legend: "{{tenant}}"}},
		},
		{
			kind: stacked, title: "GPU cost per hour", unit: unitUSD, tenantLink: true,
			description: "Hourly cost of the GPUs that the pods of a tenant have got, used or not.",
			queries:     []query{{expr: byTenant(sum(byNamespace, allocated(gpuResource))), legend: "{{tenant}}"}},
		},
		{
			kind: stacked, title: "Cost per hour by resource", unit: unitUSD,
			description: "The cost per hour of the chosen tenants together, by what it is paid for.",
			queries: []query{{
				expr:   sum("resource", ofTenants(sum(byNamespace+", resource", allocated(everyResource)))),
				legend: "{{resource}}",
			}},
		},
	}
}

func nodeCostPanels() []panel {
	byType := top(byNode+", instance_type", series("node_total_hourly_cost"))
	return []panel{
		{
			kind: stacked, title: "Nodes per hour by role", unit: unitUSD, width: 8,
			description: "Hourly cost of the nodes, by role.",
			queries:     []query{{expr: byRole(nodes()), legend: "{{role}}"}},
		},
		{
			kind: stacked, title: "Nodes per hour by instance type", unit: unitUSD, width: 8,
			description: "Hourly cost of the nodes, by type of instance.",
			queries:     []query{{expr: sum("instance_type", byType), legend: "{{instance_type}}"}},
		},
		{
			title: "Unused by role", unit: unitShare, width: 8, warn: 0.4, fail: 0.6,
			description: "Share of the nodes' cost that no pod asks for, by role. The system's own pods count as use.",
			queries:     []query{{expr: unused(byRole), legend: "{{role}}"}},
		},
	}
}

func otherCostPanels() []panel {
	return []panel{
		{
			kind: bars, title: "Volumes by tenant", unit: unitUSD, height: 6, tenantLink: true,
			description: "Cost of the volumes that claims of a tenant hold, for 730 hours.",
			queries:     []query{{expr: monthly(byTenant(volumes())), legend: "{{tenant}}"}},
		},
		{
			kind: bars, title: "Load balancers by namespace", unit: unitUSD, height: 6,
			description: "Cost of the load balancers that Services made, by namespace, for 730 hours.",
			queries:     []query{{expr: monthly(sum("namespace", balancers())), legend: "{{namespace}}"}},
		},
	}
}
