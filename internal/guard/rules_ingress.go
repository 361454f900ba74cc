package guard

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/mlops-iac/mlops/internal/shared/names"
)

const (
	// balancerClass is the class of the Ingresses that the AWS Load Balancer
	// Controller serves.
	balancerClass = "alb"
	// classAnnotation named the class before spec.ingressClassName did.
	classAnnotation = "kubernetes.io/ingress.class"
	// balancerPrefix begins the annotations with which an Ingress says what load
	// balancer it gets.
	balancerPrefix = "alb.ingress.kubernetes.io/"
)

func ingressRules() []Rule {
	ingresses := []string{typeIngress}
	return []Rule{
		{
			ID: "MLOPS-NET-007", Title: "load balancers are internal, or say whom they let in",
			Reason: "A load balancer on the internet that names nobody publishes what is behind it to everybody.",
			Fix:    "set internal to true; on an Ingress set the scheme internal, or inbound-cidrs",
			Types:  []string{typeLoadBalancer, "aws:alb/loadBalancer:LoadBalancer", typeIngress}, Check: namesItsCallers,
		},
		{
			ID: "MLOPS-NET-008", Title: "load balancers of Ingresses speak TLS",
			Reason: "Without TLS everybody on the way reads and changes requests and answers.",
			Fix:    "listen for HTTPS only or set ssl-redirect, and set certificate-arn or a host whose certificate is in ACM",
			Types:  ingresses, Check: speaksTLS,
		},
		{
			ID: "MLOPS-K8S-011", Title: "tenant Ingresses do not publish what is for the cluster alone",
			Reason: "Metrics tell the world how much a tenant does, and below /-/ a server can be made to fail.",
			Fix:    "publish the paths that callers need, and nothing that holds " + strings.Join(names.InternalPaths(), " or "),
			Types:  ingresses, Check: publishesNothingInternal,
		},
	}
}

// balanced says whether an AWS load balancer serves the Ingress.
func balanced(r Resource) truth {
	return is(r.at("spec", "ingressClassName"), balancerClass).or(is(r.at("metadata", "annotations", classAnnotation), balancerClass))
}

// annotated returns what an Ingress says of its load balancer.
func annotated(r Resource, key string) any {
	return r.at("metadata", "annotations", balancerPrefix+key)
}

func namesItsCallers(r Resource) []Finding {
	var f findings
	if r.Type != typeIngress {
		f.unless(isTrue(r.at("internal")), "internal is not true")
		return f
	}
	if balanced(r) != yes || is(annotated(r, "scheme"), "internet-facing") != yes {
		return f
	}
	// Own security groups and prefix lists replace the ranges.
	callers := isSet(annotated(r, "inbound-cidrs")).or(isSet(annotated(r, "security-group-prefix-lists"))).or(isSet(annotated(r, "security-groups")))
	f.unless(callers, "the scheme is internet-facing and inbound-cidrs is not set, which means 0.0.0.0/0")
	return f
}

func speaksTLS(r Resource) []Finding {
	var f findings
	if balanced(r) != yes {
		return f
	}
	ports := annotated(r, "listen-ports")
	if isUnknown(ports) == unsure {
		return f
	}
	http, https, err := listens(ports, isSet(annotated(r, "certificate-arn")) == yes)
	if err != nil {
		f.when(yes, "listen-ports cannot be read: %v", err)
		return f
	}
	if http {
		f.unless(isSet(annotated(r, "ssl-redirect")), "listens for HTTP and ssl-redirect is not set")
	}
	if https {
		f.unless(isSet(annotated(r, "certificate-arn")).or(namesHost(r)), "certificate-arn is not set and no host says which certificate it is")
	}
	return f
}

// listens returns for what a load balancer listens. Without ports it is the one of
// HTTPS where there is a certificate, and otherwise the one of HTTP.
func listens(ports any, certificate bool) (http, https bool, err error) {
	text, _ := ports.(string)
	if text == "" {
		return !certificate, certificate, nil
	}
	var listeners []map[string]int
	if err := json.Unmarshal([]byte(text), &listeners); err != nil {
		return false, false, err
	}
	for _, listener := range listeners {
		for protocol := range listener {
			http, https = http || protocol == "HTTP", https || protocol == "HTTPS"
		}
	}
	return http, https, nil
}

// namesHost says whether the Ingress has a host, by which the controller finds a
// certificate.
func namesHost(r Resource) truth {
	rules, found := items(r.at("spec", "rules"))
	if found == yes {
		found = no
	}
	for _, rule := range rules {
		found = found.or(isSet(child(rule, "host")))
	}
	return found.or(isSet(r.at("spec", "tls")))
}

func publishesNothingInternal(r Resource) []Finding {
	var f findings
	if !ofTenant(r) {
		return f
	}
	f.when(isSet(r.at("spec", "defaultBackend")), "spec.defaultBackend publishes every path")
	rules, _ := items(r.at("spec", "rules"))
	for i, rule := range rules {
		paths, _ := items(child(child(rule, "http"), "paths"))
		for j, path := range paths {
			text, decided := child(path, "path").(string)
			if !decided && isUnknown(child(path, "path")) == unsure {
				continue
			}
			exact := is(child(path, "pathType"), "Exact") == yes
			f.when(fact(slices.ContainsFunc(names.InternalPaths(), func(internal string) bool { return publishes(text, internal, exact) })),
				"spec.rules[%d].http.paths[%d] publishes %q", i, j, text)
		}
	}
	return f
}

// publishes says whether a path of an Ingress publishes an internal one, or part of it.
func publishes(path, internal string, exact bool) bool {
	below := func(lower, upper string) bool { return lower == upper || strings.HasPrefix(lower, upper+"/") }
	path = strings.TrimRight(path, "/*")
	if below(path, internal) {
		return true
	}
	return !exact && below(internal, path)
}
