package platform

import (
	"fmt"
	"strings"

	"github.com/mlops-iac/mlops/components/addons/loadbalancercontroller"
	"github.com/mlops-iac/mlops/components/network"
	"github.com/mlops-iac/mlops/components/tenant"
	"github.com/mlops-iac/mlops/tenants"
)

// Schemes of load balancers, as the controller calls them.
const (
	schemeInternal       = "internal"
	schemeInternetFacing = "internet-facing"
)

// Ingress publishes paths through an AWS load balancer that sends straight to
// the pods and takes its certificate from ACM by the host name.
//
// Internal load balancers stand in the public subnets, too, where they get private
// addresses only. The controller would put them among the pods in the private ones,
// and a network policy that lets these addresses in lets in every pod of every tenant.
func (s *awsSubstrate) Ingress(published tenants.Ingress) *tenant.Ingress {
	in := s.settings.Addons.LoadBalancerController
	scheme, callers := schemeInternal, in.AllowedCIDRs
	if in.InternetFacing {
		scheme = schemeInternetFacing
	}
	if len(callers) == 0 {
		// The controller lets everybody in by default, whatever the scheme.
		callers = []string{s.settings.Network.CIDR}
	}
	return &tenant.Ingress{
		Host: published.Host, Paths: published.Paths, ClassName: loadbalancercontroller.IngressClass,
		Annotations: map[string]string{
			"alb.ingress.kubernetes.io/scheme":           scheme,
			"alb.ingress.kubernetes.io/inbound-cidrs":    strings.Join(callers, ","),
			"alb.ingress.kubernetes.io/subnets":          strings.Join(network.PublicSubnetNames(s.name("network"), s.settings.Network.Zones), ","),
			"alb.ingress.kubernetes.io/target-type":      "ip",
			"alb.ingress.kubernetes.io/listen-ports":     fmt.Sprintf(`[{"HTTPS":%d}]`, httpsPort),
			"alb.ingress.kubernetes.io/ssl-policy":       "ELBSecurityPolicy-TLS13-1-2-2021-06",
			"alb.ingress.kubernetes.io/healthcheck-path": "/ready",
		},
	}
}
