package preflight

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// pageSize bounds one answer on a large cluster.
const pageSize = 500

// enforcer is a network plugin that enforces network policies.
type enforcer struct {
	name string
	// image matches the repository of a container image, without registry host,
	// tag and digest.
	image *regexp.Regexp
	// on says whether the container enforces policies; nil: always.
	on func(container corev1.Container) bool
}

// enforcers are recognised by the images of daemon sets: names are the
// installer's to choose.
var enforcers = []enforcer{
	{name: "Calico", image: regexp.MustCompile(`(^|/)calico/node$|(^|/)hardened-calico$|(^|/)mirrored-calico-node$`)},
	{name: "Cilium", image: regexp.MustCompile(`(^|/)cilium/cilium$|(^|/)mirrored-cilium-cilium$|(^|/)hardened-cilium$`)},
	{name: "kindnet", image: regexp.MustCompile(`(^|/)kindest/kindnetd$`), on: recentKindnet},
	{name: "kube-network-policies", image: regexp.MustCompile(`(^|/)kube-network-policies$`)},
	{name: "kube-router", image: regexp.MustCompile(`(^|/)kube-router$`), on: without("--run-firewall=false")},
	{name: "Antrea", image: regexp.MustCompile(`(^|/)antrea/antrea-(agent-)?(ubuntu|ubi)$`)},
	{name: "Weave Net", image: regexp.MustCompile(`(^|/)weave-npc$`)},
	{name: "the EKS network policy agent", image: regexp.MustCompile(`(^|/)aws-network-policy-agent$`), on: with("--enable-network-policy=true")},
	{name: "Azure network policy manager", image: regexp.MustCompile(`(^|/)azure-npm$`)},
}

// named are enforcers whose images say nothing, by the name of their daemon set
// in their distribution's own namespace.
var named = map[string]string{
	"kube-system/anetd":                     "GKE Dataplane V2",
	"openshift-ovn-kubernetes/ovnkube-node": "OVN-Kubernetes",
}

// checkNetworkPolicy refuses a cluster that would accept network policies and
// not enforce them: tenants would not be isolated, and nothing would show it.
func (t Target) checkNetworkPolicy(ctx context.Context, client kubernetes.Interface) error {
	if t.NetworkPolicyEnforced {
		return nil
	}
	const remedy = "install a network plugin that enforces them, such as Calico or Cilium, or set kubernetes.networkPolicyEnforced: true if the cluster does by other means"
	idle, found, err := enforcing(ctx, client)
	switch {
	case err != nil:
		return err
	case found:
		return nil
	case len(idle) > 0:
		return fmt.Errorf("kubernetes.networkPolicyEnforced: %s is installed and no pod of it is ready, so network policies are not enforced and tenants are not isolated; repair it, or %s",
			strings.Join(idle, " and "), remedy)
	}
	return fmt.Errorf("kubernetes.networkPolicyEnforced: nothing that enforces network policies was recognised in the cluster, so tenants would not be isolated; %s", remedy)
}

// enforcing looks for an enforcer; idle are those found without a ready pod.
func enforcing(ctx context.Context, client kubernetes.Interface) (idle []string, found bool, err error) {
	options := metav1.ListOptions{Limit: pageSize}
	for {
		sets, err := client.AppsV1().DaemonSets(metav1.NamespaceAll).List(ctx, options)
		if err != nil {
			return nil, false, denied("daemon sets", err)
		}
		for i := range sets.Items {
			name := recognise(&sets.Items[i])
			switch {
			case name == "":
			case sets.Items[i].Status.NumberReady > 0:
				return nil, true, nil
			default:
				idle = append(idle, name)
			}
		}
		if options.Continue = sets.Continue; options.Continue == "" {
			break
		}
	}
	found, err = embedded(ctx, client)
	return idle, found, err
}

func recognise(set *appsv1.DaemonSet) string {
	if name := named[set.Namespace+"/"+set.Name]; name != "" {
		return name
	}
	for _, container := range set.Spec.Template.Spec.Containers {
		for _, e := range enforcers {
			if e.image.MatchString(repository(container.Image)) && (e.on == nil || e.on(container)) {
				return e.name
			}
		}
	}
	return ""
}

// repository is the image without its tag and digest.
func repository(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if colon := strings.LastIndex(image, ":"); colon > strings.LastIndex(image, "/") {
		image = image[:colon]
	}
	return image
}

var kindnetTag = regexp.MustCompile(`:v(\d{8})-`)

// firstPolicyKindnet is the build date of the kindnet in kind 0.24, the first
// release whose kindnet enforces network policies.
const firstPolicyKindnet = "20240813"

func recentKindnet(container corev1.Container) bool {
	built := kindnetTag.FindStringSubmatch(container.Image)
	return built != nil && built[1] >= firstPolicyKindnet
}

func with(flag string) func(corev1.Container) bool {
	return func(container corev1.Container) bool {
		return slices.Contains(slices.Concat(container.Command, container.Args), flag)
	}
}

func without(flag string) func(corev1.Container) bool {
	has := with(flag)
	return func(container corev1.Container) bool { return !has(container) }
}

const (
	k3sMark      = "+k3s"
	k3sArguments = "k3s.io/node-args"
	k3sDisabled  = "--disable-network-policy"
)

// embedded looks for k3s, whose enforcer runs inside its own process.
func embedded(ctx context.Context, client kubernetes.Interface) (bool, error) {
	nodes, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{Limit: pageSize})
	if err != nil {
		return false, denied("nodes", err)
	}
	k3s := false
	for i := range nodes.Items {
		if strings.Contains(nodes.Items[i].Annotations[k3sArguments], k3sDisabled) {
			return false, nil
		}
		k3s = k3s || strings.Contains(nodes.Items[i].Status.NodeInfo.KubeletVersion, k3sMark)
	}
	return k3s, nil
}
