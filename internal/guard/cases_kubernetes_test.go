package guard_test

import (
	"testing"

	"github.com/mlops-iac/mlops/internal/guard"
	"github.com/mlops-iac/mlops/internal/shared/names"
)

const (
	namespace     = "kubernetes:core/v1:Namespace"
	networkPolicy = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
	resourceQuota = "kubernetes:core/v1:ResourceQuota"
	limitRange    = "kubernetes:core/v1:LimitRange"
	service       = "kubernetes:core/v1:Service"
	deployment    = "kubernetes:apps/v1:Deployment"
	cronJob       = "kubernetes:batch/v1:CronJob"
	roleBinding   = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"
	clusterRole   = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"
	helmRelease   = "kubernetes:helm.sh/v3:Release"
	kubeSecret    = "kubernetes:core/v1:Secret"
)

// inTenant is one resource that the tenant component made.
func inTenant(typeToken string, inputs m) []guard.Resource {
	return []guard.Resource{tenantResource(typeToken, "x", inputs)}
}

func walledNamespace() []guard.Resource {
	meta := m{"namespace": guard.Unknown{}}
	return []guard.Resource{
		tenantResource(namespace, "vision", m{"metadata": m{"name": "vision", "labels": m{"pod-security.kubernetes.io/enforce": "restricted"}}}),
		tenantResource(networkPolicy, "vision-deny", m{"metadata": meta, "spec": m{"podSelector": m{}, "policyTypes": l{"Ingress", "Egress"}}}),
		tenantResource(resourceQuota, "vision-quota", m{"metadata": meta, "spec": m{"hard": m{"pods": "10"}}}),
		tenantResource(limitRange, "vision-limits", m{"metadata": meta, "spec": m{"limits": l{m{}}}}),
	}
}

func namespaceCases() []ruleCase {
	labelled := res(namespace, "x", m{"metadata": m{"labels": m{names.TenantLabel: "vision"}}})
	open := tenantResource(networkPolicy, "p", m{"spec": m{"podSelector": m{}, "policyTypes": l{"Ingress", "Egress"}, "egress": l{m{}}}})
	elsewhere := tenantResource(resourceQuota, "q", m{"metadata": m{"namespace": "other"}, "spec": m{"hard": m{"pods": "1"}}})
	some := tenantResource(resourceQuota, "q", m{"metadata": m{"namespace": "vision"}, "spec": m{"hard": m{"pods": "0"}, "scopeSelector": m{
		"matchExpressions": l{m{"scopeName": "PriorityClass", "operator": "Exists"}},
	}}})
	const noQuota = "x: no ResourceQuota with spec.hard for all pods belongs to it"
	named := tenantResource(namespace, "x", m{"metadata": m{"name": "vision"}})
	return []ruleCase{
		{"MLOPS-K8S-001", "unlabelled", inTenant(namespace, m{}), []string{"x: label pod-security.kubernetes.io/enforce is not restricted"}},
		{"MLOPS-K8S-001", "recognised by label", []guard.Resource{labelled}, []string{"x: label pod-security.kubernetes.io/enforce is not restricted"}},
		{"MLOPS-K8S-001", "walled", walledNamespace(), nil},
		{"MLOPS-K8S-001", "not a tenant's", one(namespace, m{}), nil},
		{"MLOPS-K8S-002", "no policy", inTenant(namespace, m{}), []string{"x: no NetworkPolicy denies all ingress"}},
		{"MLOPS-K8S-002", "egress allowed", []guard.Resource{named, open}, []string{"x: no NetworkPolicy denies all egress"}},
		{"MLOPS-K8S-002", "walled", walledNamespace(), nil},
		{"MLOPS-K8S-003", "no quota", inTenant(namespace, m{}), []string{noQuota}},
		{"MLOPS-K8S-003", "another namespace's", []guard.Resource{named, elsewhere}, []string{noQuota}},
		{"MLOPS-K8S-003", "of some pods", []guard.Resource{named, some}, []string{noQuota}},
		{"MLOPS-K8S-003", "walled", walledNamespace(), nil},
		{"MLOPS-K8S-004", "no limits", inTenant(namespace, m{}), []string{"x: no LimitRange with spec.limits belongs to it"}},
		{"MLOPS-K8S-004", "walled", walledNamespace(), nil},
		{"MLOPS-K8S-005", "load balancer", inTenant(service, m{"spec": m{"type": "LoadBalancer"}}), []string{"x: spec.type is LoadBalancer"}},
		{"MLOPS-K8S-005", "node port", inTenant(service, m{"spec": m{"type": "NodePort"}}), []string{"x: spec.type is NodePort"}},
		{"MLOPS-K8S-005", "cluster IP", inTenant(service, m{"spec": m{"type": "ClusterIP"}}), nil},
		{"MLOPS-K8S-005", "the platform's", one(service, m{"spec": m{"type": "LoadBalancer"}}), nil},
	}
}

func pod(spec m) m { return m{"spec": m{"template": m{"spec": spec}}} }

func hardened() m {
	return m{
		"image": "registry/x:1.2.3",
		"securityContext": m{
			"runAsNonRoot": true, "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
			"capabilities": m{"drop": l{"ALL"}}, "seccompProfile": m{"type": "RuntimeDefault"},
		},
	}
}

func workloadCases() []ruleCase {
	good := inTenant(deployment, pod(m{"containers": l{hardened()}}))
	inherited := hardened()
	inherited["securityContext"] = m{"allowPrivilegeEscalation": false, "capabilities": m{"drop": l{"ALL"}}}
	fromPod := inTenant(deployment, pod(m{
		"securityContext": m{"runAsNonRoot": true, "seccompProfile": m{"type": "RuntimeDefault"}}, "containers": l{inherited},
	}))
	return []ruleCase{
		{
			"MLOPS-K8S-006", "host",
			inTenant(deployment, pod(m{
				"hostNetwork": true, "volumes": l{m{"emptyDir": m{}}, m{"hostPath": m{"path": "/"}}},
				"containers": l{m{"securityContext": m{"privileged": true}, "ports": l{m{"hostPort": 80.0}}}},
			})),
			[]string{"x: containers[0] is privileged", "x: containers[0].ports[0] has a hostPort", "x: hostNetwork is true", "x: volumes[1] is a hostPath"},
		},
		{"MLOPS-K8S-006", "hardened", good, nil},
		{"MLOPS-K8S-006", "the platform's", one(deployment, pod(m{"hostNetwork": true})), nil},
		{
			"MLOPS-K8S-007", "cron job as root",
			inTenant(cronJob, m{"spec": m{"jobTemplate": pod(m{"initContainers": l{m{"securityContext": m{"runAsUser": 0.0}}}})}}),
			[]string{
				"x: initContainers[0]: allowPrivilegeEscalation is not false", "x: initContainers[0]: capabilities.drop does not contain ALL",
				"x: initContainers[0]: runAsNonRoot is not true", "x: initContainers[0]: runAsUser is 0", "x: initContainers[0]: seccompProfile is not RuntimeDefault",
			},
		},
		{"MLOPS-K8S-007", "hardened", good, nil},
		{"MLOPS-K8S-007", "inherited from the pod", fromPod, nil},
		{"MLOPS-K8S-008", "writable", fromPod, []string{"x: containers[0]: readOnlyRootFilesystem is not true"}},
		{"MLOPS-K8S-008", "read-only", good, nil},
	}
}

func accessCases() []ruleCase {
	admin, viewer := m{"roleRef": m{"kind": "ClusterRole", "name": "cluster-admin"}}, m{"roleRef": m{"name": "view"}}
	inProvider := res(namespace, "x", m{})
	inProvider.Provider = "urn:pulumi:test::mlops::pulumi:providers:kubernetes::default_4_30_0::id"
	return []ruleCase{
		{"MLOPS-K8S-009", "admin", one(roleBinding, admin), []string{"x: roleRef is cluster-admin"}},
		{"MLOPS-K8S-009", "viewer", one(roleBinding, viewer), nil},
		{"MLOPS-K8S-010", "wildcards", one(clusterRole, m{"rules": l{m{"verbs": l{"get"}}, m{"verbs": l{"*"}, "resources": l{"*"}}}}), []string{
			"x: rules[1].resources contains *", "x: rules[1].verbs contains *",
		}},
		{"MLOPS-K8S-010", "listed", one(clusterRole, m{"rules": l{m{"verbs": l{"get"}, "resources": l{"pods"}}}}), nil},
		{"MLOPS-PRV-001", "no provider", []guard.Resource{{Type: vpc, Name: "x", Custom: true}}, []string{"x: uses the default provider"}},
		{"MLOPS-PRV-001", "default provider", []guard.Resource{inProvider}, []string{"x: uses the default provider"}},
		{"MLOPS-PRV-001", "explicit", one(vpc, m{}), nil},
	}
}

func supplyCases() []ruleCase {
	image := func(name string) []guard.Resource { return one(deployment, pod(m{"containers": l{m{"image": name}}})) }
	env := func(variable m) []guard.Resource {
		return one(deployment, pod(m{"containers": l{m{"env": l{variable}}}}))
	}
	marked := res(kubeSecret, "x", m{"stringData": m{"a": "b"}})
	marked.Secrets = []string{"stringData"}
	markedValues := res(helmRelease, "x", m{"values": m{"adminPassword": "hunter2"}})
	markedValues.Secrets = []string{"values"}
	return []ruleCase{
		{"MLOPS-SUP-001", "latest", image("registry:5000/a:latest"), []string{`x: containers[0]: image "registry:5000/a:latest" has no version`}},
		{"MLOPS-SUP-001", "port is not a tag", image("registry:5000/a"), []string{`x: containers[0]: image "registry:5000/a" has no version`}},
		{"MLOPS-SUP-001", "tag", image("registry:5000/a:1.0"), nil},
		{"MLOPS-SUP-001", "digest", image("a@sha256:00"), nil},
		{"MLOPS-SUP-002", "none", one(helmRelease, m{"chart": "a"}), []string{`x: version "" is not one exact version`}},
		{"MLOPS-SUP-002", "range", one(helmRelease, m{"chart": "a", "version": "^1.2.0"}), []string{`x: version "^1.2.0" is not one exact version`}},
		{"MLOPS-SUP-002", "exact", one(helmRelease, m{"chart": "a", "version": "v1.2.3-rc.1"}), nil},
		{"MLOPS-SUP-002", "folder", one(helmRelease, m{"chart": "./charts/a"}), nil},
		{"MLOPS-SEC-001", "plain", one(kubeSecret, m{"stringData": m{"a": "b"}}), []string{"x: stringData is not marked secret"}},
		{"MLOPS-SEC-001", "parameter", one("aws:ssm/parameter:Parameter", m{"type": "SecureString", "value": "v"}), []string{"x: value is not marked secret"}},
		{"MLOPS-SEC-001", "marked", []guard.Resource{marked}, nil},
		{"MLOPS-SEC-001", "public parameter", one("aws:ssm/parameter:Parameter", m{"type": "String", "value": "v"}), nil},
		{"MLOPS-SEC-002", "literal", env(m{"name": "DB_PASSWORD", "value": "x"}), []string{"x: containers[0]: DB_PASSWORD has a plain value"}},
		{"MLOPS-SEC-002", "from a Secret", env(m{"name": "DB_PASSWORD", "valueFrom": m{"secretKeyRef": m{"name": "s"}}}), nil},
		{"MLOPS-SEC-002", "name of a Secret", env(m{"name": "PASSWORD_FILE", "value": "/x"}), nil},
		{"MLOPS-SEC-003", "nested", one(helmRelease, m{"values": m{"grafana": m{"adminPassword": "hunter2"}}}), []string{"x: values.grafana.adminPassword has a plain value"}},
		{"MLOPS-SEC-003", "marked", []guard.Resource{markedValues}, nil},
		{"MLOPS-SEC-003", "not decided", one(helmRelease, m{"values": m{"adminPassword": guard.Unknown{}}}), nil},
	}
}

func TestKubernetesRules(t *testing.T) {
	t.Parallel()
	for _, cases := range [][]ruleCase{namespaceCases(), workloadCases(), accessCases(), supplyCases()} {
		runCases(t, cases)
	}
}
