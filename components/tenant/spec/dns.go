package spec

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	kubevalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// DNS is where a cluster answers names. Network policies open the way there and
// see the pods behind the Service, with their own ports.
type DNS struct {
	// Namespace is where the pods are that answer. Default: `kube-system`.
	Namespace string `json:"namespace" pulumi:"namespace"`
	// PodLabels are on these pods; an empty object is every pod of the namespace. Default: `k8s-app: kube-dns`.
	PodLabels map[string]string `json:"podLabels" pulumi:"podLabels"`
	// Ports are those on which the pods listen, opened over UDP and TCP. Default: 53.
	Ports []int `json:"ports" pulumi:"ports"`
	// CIDRs are further addresses that answer, on the same ports, such as 169.254.20.10/32 for NodeLocal DNSCache.
	// Default: none.
	CIDRs []string `json:"cidrs" pulumi:"cidrs"`
}

// DefaultDNS is where most clusters answer names: the pods of CoreDNS or kube-dns.
func DefaultDNS() DNS {
	return DNS{Namespace: "kube-system", PodLabels: map[string]string{"k8s-app": "kube-dns"}, Ports: []int{PortDNS}}
}

// WithDefaults returns a copy in which what was left out is that of DefaultDNS.
func (d DNS) WithDefaults() DNS {
	all := DefaultDNS()
	if d.Namespace != "" {
		all.Namespace = d.Namespace
	}
	if d.PodLabels != nil {
		all.PodLabels = maps.Clone(d.PodLabels)
	}
	if len(d.Ports) > 0 {
		all.Ports = slices.Clone(d.Ports)
	}
	all.CIDRs = slices.Clone(d.CIDRs)
	return all
}

// Check reports names, labels, ports and ranges that Kubernetes refuses, a range of
// every address, and one that opens more of the address of a node's credentials
// than its DNS.
func (d DNS) Check(path *field.Path) field.ErrorList {
	var list field.ErrorList
	if broken := kubevalidation.IsDNS1123Label(d.Namespace); d.Namespace != "" && len(broken) > 0 {
		list = append(list, field.Invalid(path.Child("namespace"), d.Namespace, strings.Join(broken, "; ")))
	}
	for key, value := range d.PodLabels {
		if broken := slices.Concat(kubevalidation.IsQualifiedName(key), kubevalidation.IsValidLabelValue(value)); len(broken) > 0 {
			list = append(list, field.Invalid(path.Child("podLabels").Key(key), value, strings.Join(broken, "; ")))
		}
	}
	for i, port := range d.Ports {
		if port < 1 || port > 65535 {
			list = append(list, field.Invalid(path.Child("ports").Index(i), port, "must be from 1 to 65535"))
		}
	}
	for i, cidr := range d.CIDRs {
		list = append(list, d.checkCIDR(path.Child("cidrs").Index(i), cidr)...)
	}
	return list
}

// checkCIDR lets DNS be at the address of the instance metadata, where GKE answers
// it, as long as nothing else is opened there.
func (d DNS) checkCIDR(path *field.Path, text string) field.ErrorList {
	if list := CheckSource(path, text); len(list) > 0 {
		return list
	}
	prefix := netip.MustParsePrefix(text)
	i := slices.IndexFunc(instanceMetadata, prefix.Contains)
	if i < 0 || prefix.IsSingleIP() && slices.Equal(d.WithDefaults().Ports, []int{PortDNS}) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, text, fmt.Sprintf(
		"must hold %s, where nodes get their credentials, by itself and with port %d alone", instanceMetadata[i], PortDNS))}
}
