package preflight

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/kubernetes"

	"github.com/mlops-iac/mlops/components/tenant/spec"
)

// dnsServices are the Services through which clusters answer names, with what
// kubernetes.dns must say where that is not the default.
var dnsServices = []struct {
	namespace, name string
	remedy          spec.DNS
}{
	{namespace: "kube-system", name: "kube-dns"},
	{namespace: "openshift-dns", name: "dns-default", remedy: spec.DNS{
		Namespace: "openshift-dns", PodLabels: map[string]string{"dns.operator.openshift.io/daemonset-dns": "default"}, Ports: []int{5353},
	}},
}

// nodeLocal is NodeLocal DNSCache, as its own manifest and GKE install it.
var nodeLocal = spec.DNS{Namespace: "kube-system", PodLabels: map[string]string{"k8s-app": "node-local-dns"}}

// nodeLocalCIDR is the address on which it answers, on every node.
const nodeLocalCIDR = "169.254.20.10/32"

// answering are the pods behind a Service for DNS.
type answering struct {
	service string
	pods    podList
	ports   []int
	remedy  spec.DNS
}

// checkDNS refuses a cluster whose DNS the network policies would not open: no pod
// of a tenant could look up a name. What answers at addresses is not looked for.
func (t Target) checkDNS(ctx context.Context, client kubernetes.Interface) error {
	at := t.DNS.WithDefaults()
	opened, err := podsOf(ctx, client, at)
	if err != nil {
		return err
	}
	cached, err := podsOf(ctx, client, nodeLocal)
	if err != nil {
		return err
	}
	answers, err := answeringDNS(ctx, client)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(answers, func(a answering) bool { return opened.hasAny(a.pods) })
	switch {
	case i >= 0 && !holdsAll(at.Ports, answers[i].ports):
		return fmt.Errorf("kubernetes.dns.ports: the pods of Service %s listen on %s, and network policies would open %s only, so no pod could look up a name; set kubernetes.dns.ports: [%s]",
			answers[i].service, numbers(answers[i].ports), numbers(at.Ports), numbers(answers[i].ports))
	case len(at.CIDRs) > 0:
		return nil
	case len(opened) == 0:
		return unopened(at, answers)
	case len(cached) > 0 && !opened.hasAny(cached):
		return fmt.Errorf("kubernetes.dns.cidrs: NodeLocal DNSCache answers in the cluster, at an address that is no pod to network policies, so no pod could look up a name; set kubernetes.dns.cidrs: [%s], and with it as /32 the address of Service kube-dns, where pods ask that",
			nodeLocalCIDR)
	default:
		return nil
	}
}

// unopened says that no pod is where DNS is looked for, and where it was found.
func unopened(at spec.DNS, answers []answering) error {
	const way = "name the pods that answer, or their addresses, such as kubernetes.dns: {cidrs: [169.254.169.254/32]} for Cloud DNS on GKE"
	pod := "pod"
	if len(at.PodLabels) > 0 {
		pod = "pod with the labels " + labels.Set(at.PodLabels).String()
	}
	missing := fmt.Sprintf("kubernetes.dns: namespace %s has no %s, so no pod could look up a name", at.Namespace, pod)
	if len(answers) == 0 {
		return fmt.Errorf("%s, and no Service for DNS with pods was found; %s", missing, way)
	}
	found := answers[0]
	missing += fmt.Sprintf("; Service %s leads to %s on %s", found.service, strings.Join(found.pods, ", "), numbers(found.ports))
	if remedy := found.remedy; remedy.Namespace != "" {
		return fmt.Errorf("%s; set kubernetes.dns: {namespace: %s, podLabels: {%s}, ports: [%s]}", missing,
			remedy.Namespace, strings.ReplaceAll(labels.Set(remedy.PodLabels).String(), "=", ": "), numbers(remedy.Ports))
	}
	return fmt.Errorf("%s; %s", missing, way)
}

// podList are pods by namespace and name.
type podList []string

func (l podList) hasAny(others podList) bool {
	return slices.ContainsFunc(others, func(pod string) bool { return slices.Contains(l, pod) })
}

// podsOf are the pods that a DNS selects.
func podsOf(ctx context.Context, client kubernetes.Interface, at spec.DNS) (podList, error) {
	list, err := client.CoreV1().Pods(at.Namespace).List(ctx, metav1.ListOptions{
		LabelSelector: labels.Set(at.PodLabels).String(), Limit: pageSize,
	})
	if err != nil {
		return nil, denied("pods", err)
	}
	found := podList{}
	for i := range list.Items {
		found = append(found, at.Namespace+"/"+list.Items[i].Name)
	}
	return found, nil
}

// answeringDNS looks behind the Services for DNS that have pods.
func answeringDNS(ctx context.Context, client kubernetes.Interface) ([]answering, error) {
	var all []answering
	for _, service := range dnsServices {
		list, err := client.DiscoveryV1().EndpointSlices(service.namespace).List(ctx, metav1.ListOptions{
			LabelSelector: discoveryv1.LabelServiceName + "=" + service.name, Limit: pageSize,
		})
		if err != nil {
			return nil, denied("endpoint slices", err)
		}
		one := answering{service: service.namespace + "/" + service.name, remedy: service.remedy}
		for i := range list.Items {
			one.add(&list.Items[i])
		}
		if len(one.pods) > 0 {
			all = append(all, one)
		}
	}
	return all, nil
}

// add takes the pods of a slice and the ports that answer over UDP, which metrics do not.
func (a *answering) add(slice *discoveryv1.EndpointSlice) {
	for _, endpoint := range slice.Endpoints {
		if endpoint.TargetRef != nil && endpoint.TargetRef.Kind == "Pod" {
			a.pods = append(a.pods, slice.Namespace+"/"+endpoint.TargetRef.Name)
		}
	}
	for _, port := range slice.Ports {
		if port.Port != nil && port.Protocol != nil && *port.Protocol == "UDP" && !slices.Contains(a.ports, int(*port.Port)) {
			a.ports = append(a.ports, int(*port.Port))
		}
	}
	slices.Sort(a.pods)
	slices.Sort(a.ports)
	a.pods = slices.Compact(a.pods)
}

func holdsAll(opened, needed []int) bool {
	return !slices.ContainsFunc(needed, func(port int) bool { return !slices.Contains(opened, port) })
}

func numbers(ports []int) string {
	texts := make([]string, len(ports))
	for i, port := range ports {
		texts[i] = strconv.Itoa(port)
	}
	return strings.Join(texts, ", ")
}
