package guard_test

import (
	"testing"

	"github.com/mlops-iac/mlops/internal/guard"
)

const ingress = "kubernetes:networking.k8s.io/v1:Ingress"

// balancer is an Ingress with a load balancer that its annotations describe.
func balancer(annotations m, rules ...any) m {
	prefixed := m{}
	for key, value := range annotations {
		prefixed["alb.ingress.kubernetes.io/"+key] = value
	}
	return m{"metadata": m{"annotations": prefixed}, "spec": m{"ingressClassName": "alb", "rules": l(rules)}}
}

func balancerCases() []ruleCase {
	host := m{"host": "scores.example.com"}
	const (
		everybody = "x: the scheme is internet-facing and inbound-cidrs is not set, which means 0.0.0.0/0"
		readable  = "x: listens for HTTP and ssl-redirect is not set"
		nameless  = "x: certificate-arn is not set and no host says which certificate it is"
	)
	byAnnotation := balancer(m{"scheme": "internet-facing"})
	byAnnotation["spec"] = m{}
	byAnnotation["metadata"].(m)["annotations"].(m)["kubernetes.io/ingress.class"] = "alb"
	another := balancer(m{"scheme": "internet-facing", "listen-ports": `[{"HTTP":80}]`})
	another["spec"].(m)["ingressClassName"] = "nginx"
	secure := `[{"HTTPS":443}]`
	return []ruleCase{
		{"MLOPS-NET-007", "public", one("aws:lb/loadBalancer:LoadBalancer", m{}), []string{"x: internal is not true"}},
		{"MLOPS-NET-007", "internal", one("aws:lb/loadBalancer:LoadBalancer", m{"internal": true}), nil},
		{"MLOPS-NET-007", "everybody", one(ingress, balancer(m{"scheme": "internet-facing"})), []string{everybody}},
		{"MLOPS-NET-007", "no ranges", one(ingress, balancer(m{"scheme": "internet-facing", "inbound-cidrs": ""})), []string{everybody}},
		{"MLOPS-NET-007", "class by annotation", one(ingress, byAnnotation), []string{everybody}},
		{"MLOPS-NET-007", "ranges", one(ingress, balancer(m{"scheme": "internet-facing", "inbound-cidrs": "203.0.113.0/24"})), nil},
		{"MLOPS-NET-007", "prefix lists", one(ingress, balancer(m{"scheme": "internet-facing", "security-group-prefix-lists": "pl-1"})), nil},
		{"MLOPS-NET-007", "own groups", one(ingress, balancer(m{"scheme": "internet-facing", "security-groups": guard.Unknown{}})), nil},
		{"MLOPS-NET-007", "internal Ingress", one(ingress, balancer(m{"scheme": "internal"})), nil},
		{"MLOPS-NET-007", "default scheme", one(ingress, balancer(m{})), nil},
		{"MLOPS-NET-007", "another controller", one(ingress, another), nil},
		{"MLOPS-NET-008", "default ports", one(ingress, balancer(m{}, host)), []string{readable}},
		{"MLOPS-NET-008", "both ports", one(ingress, balancer(m{"listen-ports": `[{"HTTP":80},{"HTTPS":443}]`}, host)), []string{readable}},
		{"MLOPS-NET-008", "redirect", one(ingress, balancer(m{"listen-ports": `[{"HTTP":80},{"HTTPS":443}]`, "ssl-redirect": "443"}, host)), nil},
		{"MLOPS-NET-008", "no certificate", one(ingress, balancer(m{"listen-ports": secure}, m{})), []string{nameless}},
		{"MLOPS-NET-008", "certificate", one(ingress, balancer(m{"certificate-arn": guard.Unknown{}}, m{})), nil},
		{"MLOPS-NET-008", "certificate by the host", one(ingress, balancer(m{"listen-ports": secure}, host)), nil},
		{"MLOPS-NET-008", "not decided", one(ingress, balancer(m{"listen-ports": guard.Unknown{}}, m{})), nil},
		{"MLOPS-NET-008", "no ports", one(ingress, balancer(m{"listen-ports": "443"}, host)), []string{
			"x: listen-ports cannot be read: json: cannot unmarshal number into Go value of type []map[string]int",
		}},
		{"MLOPS-NET-008", "another controller", one(ingress, another), nil},
	}
}

func publishedCases() []ruleCase {
	published := func(pathType string, paths ...any) []guard.Resource {
		var list l
		for _, path := range paths {
			list = append(list, m{"path": path, "pathType": pathType})
		}
		return inTenant(ingress, m{"spec": m{"rules": l{m{"http": m{"paths": list}}}}})
	}
	return []ruleCase{
		{"MLOPS-K8S-011", "everything", published("Prefix", "/"), []string{`x: spec.rules[0].http.paths[0] publishes "/"`}},
		{"MLOPS-K8S-011", "everything by a pattern", published("ImplementationSpecific", "/*"), []string{`x: spec.rules[0].http.paths[0] publishes "/*"`}},
		{"MLOPS-K8S-011", "no path", published("ImplementationSpecific", nil), []string{`x: spec.rules[0].http.paths[0] publishes ""`}},
		{"MLOPS-K8S-011", "metrics", published("Exact", "/predict", "/metrics", "/-/faults"), []string{
			`x: spec.rules[0].http.paths[1] publishes "/metrics"`, `x: spec.rules[0].http.paths[2] publishes "/-/faults"`,
		}},
		{"MLOPS-K8S-011", "default", inTenant(ingress, m{"spec": m{"defaultBackend": m{"service": m{"name": "x"}}}}), []string{
			"x: spec.defaultBackend publishes every path",
		}},
		{"MLOPS-K8S-011", "root alone", published("Exact", "/", "/predict"), nil},
		{"MLOPS-K8S-011", "folders", published("Prefix", "/v1/", "/metricsof"), nil},
		{"MLOPS-K8S-011", "not decided", published("Prefix", guard.Unknown{}), nil},
		{"MLOPS-K8S-011", "not a tenant's", one(ingress, m{"spec": m{"defaultBackend": m{"service": m{}}}}), nil},
	}
}

// TestIngressRules shows the guard Ingresses as people write them.
//
// Proves I10 by plain Go: the guard refuses an Ingress whose load balancer is on the internet for
// everybody, speaks HTTP or has no certificate, and one of a tenant that publishes its metrics.
func TestIngressRules(t *testing.T) {
	t.Parallel()
	for _, cases := range [][]ruleCase{balancerCases(), publishedCases()} {
		runCases(t, cases)
	}
}
