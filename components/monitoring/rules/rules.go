package rules

import (
	"fmt"
	"strings"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/mlops-iac/mlops/components/monitoring/metrics"
)

// ObjectName is the name of the PrometheusRule in the cluster.
const ObjectName = "mlops-tenants"

// PlatformTenant is the tenant of alerts about hardware that no tenant holds.
const PlatformTenant = "platform"

// Severity says who is woken.
type Severity string

const (
	// Critical pages somebody: a tenant is, or is about to be, without service.
	Critical Severity = "critical"
	// Warning is read in working hours.
	Warning Severity = "warning"
)

// Options of the rule set.
type Options struct {
	// Namespace the PrometheusRule lives in.
	Namespace string
	// RunbookBaseURL is where runbooks are; the URL of one is this, a slash, the
	// name of the alert and ".md".
	RunbookBaseURL string
	// GPU adds the alerts that need the DCGM exporter.
	GPU bool
	// Cost adds the alert about what tenants spend, which needs OpenCost.
	Cost bool
}

// alert is one alert rule before it is rendered.
type alert struct {
	name, expr, wait     string
	severity             Severity
	summary, description string
}

// New returns the rule set.
func New(o Options) *monitoringv1.PrometheusRule {
	rule := &monitoringv1.PrometheusRule{
		TypeMeta:   metav1.TypeMeta{APIVersion: monitoringv1.SchemeGroupVersion.String(), Kind: monitoringv1.PrometheusRuleKind},
		ObjectMeta: metav1.ObjectMeta{Name: ObjectName, Namespace: o.Namespace},
	}
	rule.Spec.Groups = append(rule.Spec.Groups, tenantGroup(),
		o.group("mlops.service", serviceAlerts()),
		o.group("mlops.pods", podAlerts()),
		o.group("mlops.training", trainingAlerts()),
		o.group("mlops.capacity", capacityAlerts()),
	)
	if o.GPU {
		rule.Spec.Groups = append(rule.Spec.Groups, o.gpuGroup())
	}
	if o.Cost {
		rule.Spec.Groups = append(rule.Spec.Groups, o.costGroup())
	}
	return rule
}

// Names lists the alerts of New(o) in order, for example to check that each
// has a runbook.
func Names(o Options) []string {
	var names []string
	for _, group := range New(o).Spec.Groups {
		for _, rule := range group.Rules {
			if rule.Alert != "" {
				names = append(names, rule.Alert)
			}
		}
	}
	return names
}

// tenantGroup records which namespace is whose. max drops the instance label,
// so a restart of kube-state-metrics does not yield two series per namespace,
// and keeps cluster, which the dashboards join by, where there is such a label.
func tenantGroup() monitoringv1.RuleGroup {
	expr := fmt.Sprintf(`max by (cluster, namespace, %[1]s) (label_replace(kube_namespace_labels{%[2]s!=""}, "%[1]s", "$1", "%[2]s", "(.+)"))`,
		metrics.LabelTenant, metrics.TenantMetricLabel)
	return monitoringv1.RuleGroup{Name: "mlops.tenants", Rules: []monitoringv1.Rule{
		{Record: metrics.TenantOfNamespace, Expr: intstr.FromString(expr)},
	}}
}

func (o Options) group(name string, alerts []alert) monitoringv1.RuleGroup {
	group := monitoringv1.RuleGroup{Name: name}
	for _, a := range alerts {
		wait := monitoringv1.Duration(a.wait)
		group.Rules = append(group.Rules, monitoringv1.Rule{
			Alert: a.name, Expr: intstr.FromString(a.expr), For: &wait,
			Labels: map[string]string{"severity": string(a.severity), metrics.LabelTenant: "{{ $labels." + metrics.LabelTenant + " }}"},
			Annotations: map[string]string{
				"summary": a.summary, "description": a.description,
				"runbook_url": strings.TrimSuffix(o.RunbookBaseURL, "/") + "/" + a.name + ".md",
			},
		})
	}
	return group
}

// ofTenant keeps the series of expr whose namespace belongs to a tenant, adds
// the label tenant and leaves the values as they are.
func ofTenant(expr string) string {
	return fmt.Sprintf("(%s) * on (namespace) group_left (%s) %s", expr, metrics.LabelTenant, metrics.TenantOfNamespace)
}

// ofAnyone is ofTenant that gives the rest to PlatformTenant instead of
// dropping it.
func ofAnyone(expr string) string {
	return fmt.Sprintf(`%s or label_replace((%s) unless on (namespace) %s, %q, %q, "", "")`,
		ofTenant(expr), expr, metrics.TenantOfNamespace, metrics.LabelTenant, PlatformTenant)
}
