package spec

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/names"
)

// ReservedNames are namespaces that belong to the platform, to its add-ons, or to
// what people commonly install beside them. ReservedPrefixes and ReservedSuffix
// reserve more.
func ReservedNames() []string {
	return []string{
		"amazon-cloudwatch", "amazon-guardduty", "amazon-vpc", "argo", "argo-events", "argo-rollouts", "argocd",
		"aws-load-balancer-controller", "aws-observability", "calico-apiserver", "cert-manager", "consul", "datadog", "default", "dynatrace",
		"elastic", "emissary", "external-dns", "external-secrets", "falco", "gpu-operator", "grafana", "haproxy-controller",
		"harbor", "ingress-haproxy", "ingress-nginx", "istio-ingress", "jenkins", "karpenter", "keda", "keycloak", "kong",
		"kserve", "kubecost", "kubeflow", "kubernetes-dashboard", "kyverno", "linkerd", "linkerd-viz", "logging", "loki",
		"metadata", "metadata-store", "minio", "minio-operator", "mlflow", "monitoring", "nginx-ingress", "node-feature-discovery",
		"object-store", "observability", "olm", "opencost", "openebs", "openshift", "operators", "platform", "portworx",
		"postgresql", "prometheus", "rook-ceph", "sealed-secrets", "spire", "tekton-pipelines", "tempo", "tigera-operator",
		"traefik", "trivy", "vault", "velero",
	}
}

// ReservedPrefixes begin the namespaces of Kubernetes and of its distributions:
// managed clusters, OpenShift, Rancher and Knative make them by themselves.
func ReservedPrefixes() []string {
	return []string{"aks-", "cattle-", "gke-", "gmp-", "knative-", "kube-", "openshift-"}
}

// ReservedSuffix ends the namespaces of controllers by convention, such as
// flux-system, longhorn-system and istio-system.
const ReservedSuffix = "-system"

// CheckName reports a name that cannot be, or must not become, a namespace.
func CheckName(path *field.Path, name string) field.ErrorList {
	switch {
	case name == "":
		return field.ErrorList{field.Required(path, "the name of the tenant, which is also its namespace")}
	case isReserved(name):
		return field.ErrorList{field.Invalid(path, name, "must not be a namespace of the platform, of Kubernetes or of a common add-on")}
	default:
		return names.CheckTenant(path, name)
	}
}

func isReserved(name string) bool {
	begins := func(prefix string) bool { return strings.HasPrefix(name, prefix) }
	return slices.Contains(ReservedNames(), name) || strings.HasSuffix(name, ReservedSuffix) || slices.ContainsFunc(ReservedPrefixes(), begins)
}
