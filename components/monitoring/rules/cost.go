package rules

import (
	"fmt"
	"strconv"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/mlops-iac/mlops/components/monitoring/metrics"
)

// SpendOverBudget is the name of the alert about what a tenant spends.
const SpendOverBudget = "TenantSpendOverBudget"

// BudgetObjectName is the name of the PrometheusRule with a tenant's budget.
const BudgetObjectName = "budget"

// Budget returns what a tenant may cost a month, in US dollars, as the series
// that the alert compares with. It belongs to the tenant, so that a new one
// changes nothing of the others.
func Budget(tenant string, monthlyUSD int) monitoringv1.PrometheusRuleSpec {
	return monitoringv1.PrometheusRuleSpec{Groups: []monitoringv1.RuleGroup{{
		Name: "mlops.budget." + tenant,
		Rules: []monitoringv1.Rule{{
			Record: metrics.TenantBudget, Expr: intstr.FromString("vector(" + strconv.Itoa(monthlyUSD) + ")"),
			Labels: map[string]string{metrics.LabelTenant: tenant},
		}},
	}}}
}

// costGroup records what each namespace costs and compares it with the budgets.
func (o Options) costGroup() monitoringv1.RuleGroup {
	group := o.group("mlops.cost", costAlerts())
	cost := monitoringv1.Rule{Record: metrics.NamespaceCost, Expr: intstr.FromString(namespaceCost())}
	group.Rules = append([]monitoringv1.Rule{cost}, group.Rules...)
	return group
}

func costAlerts() []alert {
	// What a week has cost, scaled to a month of 730 hours: a week holds every
	// weekly training once. Every 5 minutes count a twelfth of the hourly price,
	// so that hours without pods count as nothing.
	pace := ofTenant(fmt.Sprintf("sum_over_time(%s[7d:5m]) / 12 * 730 / 168", metrics.NamespaceCost))
	return []alert{{
		name: SpendOverBudget, severity: Warning, wait: "1h",
		expr: fmt.Sprintf("%s > on (%s) group_left () %s", pace, metrics.LabelTenant, metrics.TenantBudget),

		summary:     "{{ $labels.tenant }} spends more than its budget",
		description: `At the pace of the last 7 days the pods of {{ $labels.namespace }} cost {{ $value | printf "%.0f" }} USD a month, more than the budget of the tenant.`,
	}}
}

// namespaceCost is what the pods of a namespace cost an hour: what they have
// reserved, or use beyond it, at OpenCost's prices of their nodes. The parts are
// added by their labels, because a namespace without GPUs has no third one.
func namespaceCost() string {
	part := func(name, allocation, price string) string {
		return fmt.Sprintf(`label_replace(sum by (namespace) (%s * on (node) group_left () max by (node) (%s)), "part", %q, "", "")`,
			allocation, price, name)
	}
	return fmt.Sprintf("sum by (namespace) (%s or %s or %s)",
		part("cpu", "max by (namespace, pod, container, node) (container_cpu_allocation)", "node_cpu_hourly_cost"),
		part("memory", "max by (namespace, pod, container, node) (container_memory_allocation_bytes) / 1024 / 1024 / 1024", "node_ram_hourly_cost"),
		part("gpu", "max by (namespace, pod, container, node) (container_gpu_allocation)", "node_gpu_hourly_cost"))
}
