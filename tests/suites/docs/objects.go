package docs

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/shared/names"
)

// tenant stands for every tenant in the documents.
const tenant = "tenant-a"

// objects are what the platform makes with a fixed name, by namespace and
// resource. A namespace that is not here holds nothing of the platform.
var objects = map[string]map[string][]string{
	tenant:     ofTenant,
	"tenant-b": ofTenant,
	// components/monitoring/defaults.go and alerting.go; the operator adds
	// prometheus- and alertmanager- to the names of the StatefulSets.
	"monitoring": {
		"services":     {"grafana", "kube-prometheus-stack-prometheus", "kube-prometheus-stack-alertmanager"},
		"secrets":      {"grafana", "alertmanager-config", "alertmanager-credentials"},
		"deployments":  {"grafana", "kube-prometheus-stack-operator"},
		"statefulsets": {"prometheus-kube-prometheus-stack-prometheus", "alertmanager-kube-prometheus-stack-alertmanager"},
		// components/monitoring/rules, ObjectName
		"prometheusrules": {"mlops-tenants"},
	},
	// components/addons: the release of the autoscaler is named so by chart.New
	"kube-system": {"deployments": {"cluster-autoscaler", "coredns", "metrics-server"}},
	// components/addons/fluentbit, defaults.go
	"logging": {"daemonsets": {"fluent-bit"}, "services": {"fluent-bit"}},
	// components/minio and components/postgresql, defaults.go and account.go
	"object-store":   {"services": {"minio"}, "statefulsets": {"minio"}, "secrets": {"minio-root", "account-" + tenant}},
	"metadata-store": {"services": {"postgresql"}, "statefulsets": {"postgresql"}, "secrets": {"postgresql-admin", "account-" + tenant}},
}

// ofTenant are the objects of a tenant: components/tenant, InferenceName and
// TrainingName, and what lies beside them.
var ofTenant = map[string][]string{
	"deployments": {"inference"}, "services": {"inference"}, "horizontalpodautoscalers": {"inference"},
	"configmaps": {"inference"}, "poddisruptionbudgets": {"inference"}, "cronjobs": {"training"},
	"persistentvolumeclaims": {"training-checkpoints"}, "resourcequotas": {"tenant"}, "limitranges": {"tenant"},
	"secrets": {"credentials"},
}

// generated are resources whose objects get their names when they are made.
var generated = []string{"pods", "jobs", "nodes", "events", "replicasets", "volumeattachments", "persistentvolumes"}

// labelled are the labels that selectors may use, with their values; nil means
// that only the key is used.
var labelled = map[string][]string{
	"app.kubernetes.io/component": {"inference", "training", "server"},
	"app.kubernetes.io/instance":  {tenant},
	"app.kubernetes.io/part-of":   {"mlops"},
	// the names that the charts of the add-ons give their pods
	"app.kubernetes.io/name":    {"nvidia-device-plugin", "dcgm-exporter", "aws-load-balancer-controller", "grafana", "prometheus", "alertmanager", "fluent-bit"},
	names.TenantLabel:           {tenant},
	scheduling.AcceleratorLabel: {scheduling.AcceleratorNVIDIA},
	scheduling.RoleLabel:        {string(scheduling.RoleSystem), string(scheduling.RoleCPU), string(scheduling.RoleGPU), string(scheduling.RoleSpot)},
	scheduling.ZoneLabel:        nil,
}

// containers are those of a tenant's pods, and the one that the operator names.
var containers = []string{"inference", "training", "alertmanager"}

// hole is a word the reader replaces, such as NAME.
var hole = regexp.MustCompile(`^[A-Z][A-Z-]*$`)

// absent says what a request asked for that the platform does not have.
func absent(r *http.Request) string {
	t := targetOf(r)
	// Without a name, an object may be looked for by its labels.
	if problem := unknownSelector(r.URL.Query().Get("labelSelector")); problem != "" {
		return problem
	}
	if t.resource == "namespaces" {
		return unknownNamespace(t.name)
	}
	if t.namespace == "" || hole.MatchString(t.namespace) {
		return ""
	}
	if problem := unknownNamespace(t.namespace); problem != "" {
		return problem
	}
	if t.name == "" || t.name == filler || hole.MatchString(t.name) || slices.Contains(generated, t.resource) {
		return ""
	}
	if !slices.Contains(objects[t.namespace][t.resource], t.name) {
		return fmt.Sprintf("namespace %s has no %s %q of the platform", t.namespace, t.resource, t.name)
	}
	return ""
}

func unknownNamespace(name string) string {
	if _, ok := objects[name]; ok || name == "" || name == filler || hole.MatchString(name) {
		return ""
	}
	return fmt.Sprintf("nothing of the platform is in namespace %q", name)
}

func unknownSelector(text string) string {
	selector, err := labels.Parse(text)
	if err != nil {
		return err.Error()
	}
	requirements, _ := selector.Requirements()
	for _, requirement := range requirements {
		values, known := labelled[requirement.Key()]
		if !known {
			return fmt.Sprintf("no object of the platform has the label %s", requirement.Key())
		}
		for value := range requirement.Values() {
			if !slices.Contains(values, value) {
				return fmt.Sprintf("label %s is never %q; it is one of %s", requirement.Key(), value, strings.Join(values, ", "))
			}
		}
	}
	return ""
}
