package guard

import (
	"slices"

	"github.com/mlops-iac/mlops/internal/shared/names"
)

// podSecurityLabel makes the API server enforce a Pod Security Standard.
const podSecurityLabel = "pod-security.kubernetes.io/enforce"

// ofTenant recognises a tenant's object by the component that makes it and by
// the label of objects made elsewhere.
func ofTenant(r Resource) bool {
	return r.within(names.TenantToken) || isSet(r.at("metadata", "labels", names.TenantLabel)) == yes
}

func tenantNamespaceRules() []Rule {
	namespaces := []string{typeNamespace}
	return []Rule{
		{
			ID: "MLOPS-K8S-001", Title: "tenant namespaces enforce Pod Security \"restricted\"",
			Reason: "Without the label any pod of the tenant can mount the host or run as root.",
			Fix:    "label the namespace " + podSecurityLabel + "=restricted",
			Types:  namespaces, Check: func(r Resource) []Finding {
				var f findings
				if ofTenant(r) {
					f.unless(is(r.at("metadata", "labels", podSecurityLabel), "restricted"), "label %s is not restricted", podSecurityLabel)
				}
				return f
			},
		},
		{
			ID: "MLOPS-K8S-002", Title: "tenant namespaces deny traffic by default",
			Reason: "Kubernetes lets every pod talk to every pod until a policy selects it.",
			Fix:    "add a NetworkPolicy with an empty podSelector, both policy types and no rules",
			Types:  namespaces, CheckSet: namespaceNeeds(typeNetworkPolicy, deniesByDefault),
		},
		{
			ID: "MLOPS-K8S-003", Title: "tenant namespaces have a quota",
			Reason: "One tenant without a quota can take every GPU and starve the others.",
			Fix:    "add a ResourceQuota with spec.hard",
			Types:  namespaces, CheckSet: namespaceNeeds(typeResourceQuota, hasQuota),
		},
		{
			ID: "MLOPS-K8S-004", Title: "tenant namespaces have default requests and limits",
			Reason: "Under a quota a pod without requests is refused, and without limits it starves its neighbours.",
			Fix:    "add a LimitRange",
			Types:  namespaces, CheckSet: namespaceNeeds(typeLimitRange, hasLimits),
		},
		{
			ID: "MLOPS-K8S-005", Title: "tenant services stay inside the cluster",
			Reason: "A load balancer or node port publishes the tenant's service past the ingress controller.",
			Fix:    "use a Service of type ClusterIP and an Ingress",
			Types:  []string{typeService}, Check: func(r Resource) []Finding {
				var f findings
				if ofTenant(r) {
					serviceType := r.at("spec", "type")
					f.when(is(serviceType, "LoadBalancer", "NodePort", "ExternalName"), "spec.type is %v", serviceType)
					f.when(isSet(r.at("spec", "externalIPs")), "spec.externalIPs is set")
				}
				return f
			},
		},
	}
}

// namespaceNeeds finds tenant namespaces for which the objects of a type do
// not answer yes. satisfied returns what is missing, empty for nothing.
func namespaceNeeds(typeToken string, missing func([]Resource) string) func(*Set) []Finding {
	return func(s *Set) []Finding {
		var f findings
		for _, namespace := range s.of(typeNamespace) {
			if !ofTenant(namespace) {
				continue
			}
			if problem := missing(s.inNamespace(namespace, typeToken)); problem != "" {
				f.against(namespace, "%s", problem)
			}
		}
		return f
	}
}

// inNamespace returns the objects of a type in a namespace: by the value or
// the origin of metadata.namespace, and by the common parent when it has neither.
func (s *Set) inNamespace(namespace Resource, typeToken string) []Resource {
	var found []Resource
	for _, r := range s.of(typeToken) {
		value, decided := r.at("metadata", "namespace").(string)
		name, named := namespace.at("metadata", "name").(string)
		references := r.References["metadata"]
		switch {
		case decided && named:
			if value == name {
				found = append(found, r)
			}
		case namespace.URN != "" && len(references) > 0:
			if slices.Contains(references, namespace.URN) {
				found = append(found, r)
			}
		case r.Parent == namespace.Parent:
			found = append(found, r)
		}
	}
	return found
}

func deniesByDefault(policies []Resource) string {
	for _, direction := range []struct{ policyType, rules string }{{"Ingress", "ingress"}, {"Egress", "egress"}} {
		denied := no
		for _, p := range policies {
			everyPod := isSet(p.at("spec", "podSelector")) == no
			if everyPod && isSet(p.at("spec", direction.rules)) == no {
				denied = denied.or(contains(p.at("spec", "policyTypes"), direction.policyType))
			}
		}
		if denied == no {
			return "no NetworkPolicy denies all " + direction.rules
		}
	}
	return ""
}

// hasQuota does not count quotas of some pods only.
func hasQuota(quotas []Resource) string {
	for _, q := range quotas {
		whole := isSet(q.at("spec", "scopes")) == no && isSet(q.at("spec", "scopeSelector")) == no
		if whole && isSet(q.at("spec", "hard")) == yes {
			return ""
		}
	}
	return "no ResourceQuota with spec.hard for all pods belongs to it"
}

func hasLimits(ranges []Resource) string {
	for _, r := range ranges {
		if isSet(r.at("spec", "limits")) == yes {
			return ""
		}
	}
	return "no LimitRange with spec.limits belongs to it"
}
