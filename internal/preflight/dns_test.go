package preflight_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/preflight"
)

// pod is a pod with one label, and none without one.
func pod(namespace, name, key, value string) object {
	return object{"metadata": object{"namespace": namespace, "name": name, "labels": object{key: value}}}
}

// slice is an EndpointSlice of a Service that answers on a port, with metrics on another.
func slice(namespace, service string, port int, pods ...string) object {
	endpoints := []any{}
	for _, name := range pods {
		endpoints = append(endpoints, object{"addresses": []any{"10.0.0.1"}, "targetRef": object{"kind": "Pod", "namespace": namespace, "name": name}})
	}
	return object{
		"metadata":    object{"namespace": namespace, "name": service + "-1", "labels": object{"kubernetes.io/service-name": service}},
		"addressType": "IPv4", "endpoints": endpoints,
		"ports": []any{
			object{"name": "dns", "port": port, "protocol": "UDP"}, object{"name": "dns-tcp", "port": port, "protocol": "TCP"},
			object{"name": "metrics", "port": 9153, "protocol": "TCP"},
		},
	}
}

// selected are the objects of a namespace that a selector of equalities finds.
func selected(all []any, namespace, selector string) []any {
	found := []any{}
	for _, item := range all {
		meta := item.(object)["metadata"].(object)
		labels := meta["labels"].(object)
		fits := meta["namespace"] == namespace
		for one := range strings.SplitSeq(selector, ",") {
			key, value, _ := strings.Cut(one, "=")
			fits = fits && (one == "" || labels[key] == value)
		}
		if fits {
			found = append(found, item)
		}
	}
	return found
}

// on returns a sound cluster in which names are answered so.
func on(pods, slices []any) *cluster {
	found := sound()
	found.pods, found.slices = pods, slices
	return found
}

const openShiftLabel = "dns.operator.openshift.io/daemonset-dns"

// openShift answers where OpenShift does.
func openShift() *cluster {
	return on([]any{pod("openshift-dns", "dns-default-x", openShiftLabel, "default")}, []any{slice("openshift-dns", "dns-default", 5353, "dns-default-x")})
}

// cached has NodeLocal DNSCache in front of kube-dns.
func cached() *cluster {
	found := sound()
	found.pods = append(found.pods, pod("kube-system", "node-local-dns-x", "k8s-app", "node-local-dns"))
	return found
}

// Proves N2 by plain Go: a cluster whose DNS the network policies would not open is refused, with
// what kubernetes.dns must say on OpenShift and with NodeLocal DNSCache, and with that it passes.
func TestDNS(t *testing.T) {
	t.Parallel()
	const missing = "kubernetes.dns: namespace kube-system has no pod with the labels k8s-app=kube-dns, so no pod could look up a name"
	const way = "; name the pods that answer, or their addresses, such as kubernetes.dns: {cidrs: [169.254.169.254/32]} for Cloud DNS on GKE"
	shift := spec.DNS{Namespace: "openshift-dns", PodLabels: map[string]string{openShiftLabel: "default"}, Ports: []int{5353}}
	for name, c := range map[string]struct {
		cluster *cluster
		dns     spec.DNS
		want    string
	}{
		"kube-dns": {sound(), spec.DNS{}, ""},
		"OpenShift": {openShift(), spec.DNS{}, missing + "; Service openshift-dns/dns-default leads to openshift-dns/dns-default-x on 5353; " +
			"set kubernetes.dns: {namespace: openshift-dns, podLabels: {" + openShiftLabel + ": default}, ports: [5353]}"},
		"OpenShift, as told": {openShift(), shift, ""},
		"OpenShift, the port left out": {openShift(), spec.DNS{Namespace: shift.Namespace, PodLabels: shift.PodLabels},
			"kubernetes.dns.ports: the pods of Service openshift-dns/dns-default listen on 5353, and network policies would open 53 only, " +
				"so no pod could look up a name; set kubernetes.dns.ports: [5353]"},
		"other labels": {on([]any{pod("kube-system", "coredns-x", "k8s-app", "coredns")}, []any{slice("kube-system", "kube-dns", 53, "coredns-x")}), spec.DNS{},
			missing + "; Service kube-system/kube-dns leads to kube-system/coredns-x on 53" + way},
		"every pod of a namespace": {on([]any{pod("kube-system", "coredns-x", "k8s-app", "coredns")}, []any{slice("kube-system", "kube-dns", 53, "coredns-x")}),
			spec.DNS{PodLabels: map[string]string{}}, ""},
		"Cloud DNS":          {on(nil, nil), spec.DNS{}, missing + ", and no Service for DNS with pods was found" + way},
		"Cloud DNS, as told": {on(nil, nil), spec.DNS{CIDRs: []string{"169.254.169.254/32"}}, ""},
		"another Service":    {on([]any{pod("kube-system", "dns-x", "k8s-app", "kube-dns")}, nil), spec.DNS{}, ""},
		"NodeLocal DNSCache": {cached(), spec.DNS{}, "kubernetes.dns.cidrs: NodeLocal DNSCache answers in the cluster, at an address that is no pod to network policies, " +
			"so no pod could look up a name; set kubernetes.dns.cidrs: [169.254.20.10/32], and with it as /32 the address of Service kube-dns, where pods ask that"},
		"NodeLocal DNSCache, as told": {cached(), spec.DNS{CIDRs: []string{"169.254.20.10/32"}}, ""},
		"NodeLocal DNSCache as pods":  {cached(), spec.DNS{PodLabels: map[string]string{"k8s-app": "node-local-dns"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kubeconfig, _ := start(t, c.cluster)
			err := preflight.Check(t.Context(), preflight.Target{Kubeconfig: kubeconfig, DNS: c.dns})
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, c.want)
		})
	}
}

func TestDNSThatMayNotBeReadIsNamed(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		podsPath("kube-system"):     "may not list pods (403)",
		slicesPath("openshift-dns"): "may not list endpoint slices (403)",
	} {
		found := sound()
		found.statuses = map[string]int{path: http.StatusForbidden}
		kubeconfig, _ := start(t, found)
		refused(t, preflight.Check(t.Context(), preflight.Target{Kubeconfig: kubeconfig}), 1, want)
	}
}
