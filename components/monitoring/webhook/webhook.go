// Package webhook says which addresses alerts may be posted to. It has no
// dependencies, so that whoever reads an address can check it before anything
// is built.
package webhook

import (
	"net/url"
	"strings"
)

// Rule is what IsValid asks for, in words.
const Rule = "must be an https address, or an http one of a Service in the cluster (http://name.namespace.svc), without a user"

// IsValid says whether text is an address that alerts may be posted to. An
// alert names tenants and pods and the address often holds a token, so neither
// leaves the cluster in plain text.
func IsValid(text string) bool {
	address, err := url.Parse(text)
	if err != nil || address.Hostname() == "" || address.User != nil {
		return false
	}
	switch address.Scheme {
	case "https":
		return true
	case "http":
		return inCluster(address.Hostname())
	default:
		return false
	}
}

// inCluster accepts name.namespace.svc, with or without the cluster's domain.
func inCluster(host string) bool {
	service, found := strings.CutSuffix(strings.TrimSuffix(host, ".cluster.local"), ".svc")
	name, namespace, two := strings.Cut(service, ".")
	return found && two && name != "" && namespace != "" && !strings.Contains(namespace, ".")
}
