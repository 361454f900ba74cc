package dashboard

import (
	"fmt"
	"strings"

	"github.com/mlops-iac/mlops/components/monitoring/metrics"
)

// Matchers of what is chosen above the panels.
const (
	chosenCluster   = clusterVariable + `=~"$` + clusterVariable + `"`
	chosenTenant    = metrics.LabelTenant + `=~"$` + tenantVariable + `"`
	chosenNamespace = `namespace=~"$` + namespaceVariable + `"`
)

// interval is the window of rates, which Grafana fits to the range it shows.
const interval = "$__rate_interval"

// Labels by which series are joined and that identify what they are about.
const (
	byNamespace = "cluster, namespace"
	byNode      = "cluster, node"
	byPod       = "cluster, namespace, pod"
)

// clusters, chooseTenant and chooseNamespace are the choices above the panels.
func clusters() variable {
	return variable{
		name: clusterVariable, label: "Cluster",
		query: fmt.Sprintf("label_values(%s, %s)", metrics.TenantOfNamespace, clusterVariable),
		// Matches series without the label, which the list of its values does not.
		all: ".*",
	}
}

func chooseTenant() variable {
	return variable{
		name: tenantVariable, label: "Tenant",
		query: fmt.Sprintf("label_values(%s, %s)", series(metrics.TenantOfNamespace), metrics.LabelTenant),
	}
}

func chooseNamespace() variable {
	return variable{
		name: namespaceVariable, label: "Namespace",
		query: fmt.Sprintf("label_values(%s, namespace)", series(metrics.TenantOfNamespace, chosenTenant)),
	}
}

// series selects a metric of the chosen clusters.
func series(metric string, matchers ...string) string {
	return fmt.Sprintf("%s{%s}", metric, strings.Join(append([]string{chosenCluster}, matchers...), ", "))
}

// sum adds up by the given labels, or everything.
func sum(by, expr string) string { return aggregate("sum", by, expr) }

// top is the greatest value by the given labels. It also drops the labels of
// whoever was asked, so that two exporters of the same thing, or one before and
// after a restart, count once.
func top(by, expr string) string { return aggregate("max", by, expr) }

func aggregate(function, by, expr string) string {
	if by == "" {
		return fmt.Sprintf("%s(%s)", function, expr)
	}
	return fmt.Sprintf("%s by (%s) (%s)", function, by, expr)
}

// rate is the increase of a counter per second.
func rate(metric string, matchers ...string) string {
	return fmt.Sprintf("rate(%s[%s])", series(metric, matchers...), interval)
}

// ofTenants keeps what lies in the namespaces of the chosen tenants and adds
// the label tenant.
func ofTenants(expr string) string { return joinTenant(expr, chosenTenant) }

// ofAllTenants is ofTenants whatever tenant is chosen.
func ofAllTenants(expr string) string { return joinTenant(expr) }

func joinTenant(expr string, matchers ...string) string {
	return fmt.Sprintf("(%s) * on (%s) group_left (%s) %s", expr, byNamespace, metrics.LabelTenant,
		series(metrics.TenantOfNamespace, matchers...))
}

// byTenant adds up a value per namespace into one per tenant.
func byTenant(expr string) string { return sum(metrics.LabelTenant, ofTenants(expr)) }

// phase is 1 for every pod in one of the phases; there is nothing for others.
func phase(phases string, matchers ...string) string {
	return fmt.Sprintf("(%s == 1)", isInPhase(phases, matchers...))
}

// isInPhase is 1 for every pod in one of the phases, and 0 for others.
func isInPhase(phases string, matchers ...string) string {
	matchers = append([]string{fmt.Sprintf("phase=~%q", phases)}, matchers...)
	return top(byPod, series("kube_pod_status_phase", matchers...))
}

// requests are what the containers of living pods ask for, by node.
func requests(resources string) string {
	asked := series("kube_pod_container_resource_requests", fmt.Sprintf("resource=~%q", resources), `node!=""`)
	return fmt.Sprintf("%s and on (%s) %s",
		top(byPod+", container, node, resource", asked), byPod, phase("Pending|Running"))
}

// roles is 1 for every node, with its role in the label role: that of the
// platform, or "none" on a node that has not got one.
func roles() string {
	labels := series("kube_node_labels")
	return top(byNode+", role", fmt.Sprintf(`label_replace(label_replace(%s, "role", "none", "", ""), "role", "$1", %q, "(.+)")`,
		labels, metrics.NodeRoleMetricLabel))
}

// byRole adds up a value per node into one per role.
func byRole(expr string) string {
	return sum("role", fmt.Sprintf("(%s) * on (%s) group_left (role) %s", expr, byNode, roles()))
}

// allocatable is what a node offers to pods.
func allocatable(resource string) string {
	return top(byNode, series("kube_node_status_allocatable", fmt.Sprintf("resource=%q", resource)))
}

// orZero is 0 where expr has no result at all.
func orZero(expr string) string { return expr + " or vector(0)" }
