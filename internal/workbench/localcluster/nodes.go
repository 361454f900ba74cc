package localcluster

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/mlops-iac/mlops/components/scheduling"
)

const (
	// simulated marks the nodes that kwok plays.
	simulated = "kwok.x-k8s.io/node"
	// metricsPath tells metrics-server where the usage on a node is.
	metricsPath = "metrics.k8s.io/resource-metrics-path"
	instance    = "node.kubernetes.io/instance-type"
	// leaseSeconds is Kubernetes' own. Without a lease every node is lost after 50 s.
	leaseSeconds = 40
)

var nodesResource = schema.GroupVersionResource{Version: "v1", Resource: "nodes"}

// startNodes starts the nodes, and with them the provisioner of their volumes.
func (c *Cluster) startNodes(ctx context.Context) error {
	if !c.options.NoVolumes {
		background, cancel := context.WithCancel(context.WithoutCancel(ctx))
		c.background, c.volumes = cancel, newProvisioner(c.client, c.options.Machine)
		c.volumes.start(background)
	}
	if c.options.Machine != nil {
		return c.options.Machine.Start(ctx, c.join())
	}
	return c.startSimulated(ctx)
}

// startSimulated starts kwok and makes the nodes.
func (c *Cluster) startSimulated(ctx context.Context) error {
	usage := c.path("usage.yaml")
	if err := writeUsage(usage); err != nil {
		return err
	}
	kwok, err := c.run("kwok", c.options.Tools.Kwok,
		"--kubeconfig="+c.keys.nodes, "--config="+usage, "--manage-nodes-with-annotation-selector="+simulated+"=fake",
		"--node-lease-duration-seconds="+strconv.Itoa(leaseSeconds), "--cidr="+c.options.PodCIDR,
		"--node-ip="+loopback, "--node-port="+c.ports.kwok.String(),
		"--server-address="+c.ports.kwok.Address(),
		"--tls-cert-file="+c.keys.metricsServer.cert, "--tls-private-key-file="+c.keys.metricsServer.key)
	if err != nil {
		return err
	}
	if err := c.AddNodes(ctx, c.options.Nodes...); err != nil {
		return err
	}
	return kwok.Await(ctx, readyTimeout, c.nodesReady)
}

// AddNodes makes simulated nodes. Those of an earlier run are kept.
func (c *Cluster) AddNodes(ctx context.Context, nodes ...Node) error {
	list, err := c.client.Resource(nodesResource).List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("listing nodes: %w", err)
	}
	number := len(list.Items)
	for i, node := range nodes {
		object, err := node.object(c.options.PodCIDR, number+i)
		if err != nil {
			return err
		}
		_, err = c.client.Resource(nodesResource).Create(ctx, object, metav1.CreateOptions{})
		if err != nil && !apierrors.IsAlreadyExists(err) {
			return fmt.Errorf("making node %s: %w", node.Name, err)
		}
	}
	return nil
}

// nodesReady returns an error while a node is not.
func (c *Cluster) nodesReady(ctx context.Context) error {
	list, err := c.client.Resource(nodesResource).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for _, item := range list.Items {
		var node corev1.Node
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(item.Object, &node); err != nil {
			return err
		}
		if !isReady(node) {
			return errors.New("node " + node.Name + " is not ready yet")
		}
	}
	return nil
}

func isReady(node corev1.Node) bool {
	for _, condition := range node.Status.Conditions {
		if condition.Type == corev1.NodeReady {
			return condition.Status == corev1.ConditionTrue
		}
	}
	return false
}

// object is the node with the labels and taints of its role, as its node group
// on AWS sets them.
func (n Node) object(podCIDR string, number int) (*unstructured.Unstructured, error) {
	addresses, err := subnet(podCIDR, number)
	if err != nil {
		return nil, err
	}
	node := corev1.Node{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Node"},
		ObjectMeta: metav1.ObjectMeta{
			Name: n.Name, Labels: n.labels(),
			Annotations: map[string]string{simulated: "fake", metricsPath: "/metrics/nodes/" + n.Name + "/metrics/resource"},
		},
		Spec: corev1.NodeSpec{PodCIDR: addresses, PodCIDRs: []string{addresses}, Taints: n.taints()},
	}
	capacity, err := n.capacity()
	if err != nil {
		return nil, err
	}
	node.Status.Capacity, node.Status.Allocatable = capacity, capacity
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&node)
	return &unstructured.Unstructured{Object: content}, err
}

func (n Node) labels() map[string]string {
	labels := scheduling.Labels(n.Role)
	maps.Copy(labels, map[string]string{
		corev1.LabelHostname: n.Name, corev1.LabelTopologyZone: n.Zone,
		corev1.LabelOSStable: "linux", corev1.LabelArchStable: "amd64",
	})
	if n.InstanceType != "" {
		labels[instance] = n.InstanceType
	}
	return labels
}

func (n Node) taints() []corev1.Taint {
	var taints []corev1.Taint
	for _, t := range scheduling.Taints(n.Role) {
		taints = append(taints, corev1.Taint{Key: t.Key, Value: t.Value, Effect: corev1.TaintEffect(t.Effect)})
	}
	return taints
}

func (n Node) capacity() (corev1.ResourceList, error) {
	pods := n.Pods
	if pods == 0 {
		pods = defaultPods
	}
	texts := map[corev1.ResourceName]string{
		corev1.ResourceCPU: n.CPU, corev1.ResourceMemory: n.Memory, corev1.ResourcePods: strconv.Itoa(pods),
		corev1.ResourceEphemeralStorage: "100Gi", scheduling.GPUResource: strconv.Itoa(n.GPUs),
	}
	if n.GPUs == 0 {
		delete(texts, scheduling.GPUResource)
	}
	list := corev1.ResourceList{}
	for name, text := range texts {
		quantity, err := resource.ParseQuantity(text)
		if err != nil {
			return nil, fmt.Errorf("node %s: %s %q: %w", n.Name, name, text, err)
		}
		list[name] = quantity
	}
	return list, nil
}

// subnet is the /24 of the node with this number.
func subnet(cidr string, number int) (string, error) {
	prefix, err := netip.ParsePrefix(cidr)
	if err != nil || !prefix.Addr().Is4() || prefix.Bits() > 24 {
		return "", fmt.Errorf("podCIDR: %q: must be an IPv4 range of at least a /24", cidr)
	}
	if number >= 1<<(24-prefix.Bits()) {
		return "", fmt.Errorf("podCIDR: %q: has no range left for node %d", cidr, number+1)
	}
	address := prefix.Masked().Addr().As4()
	address[1] += byte(number >> 8) // below 2^16 after the check above
	address[2] += byte(number)      // the low byte is what is meant
	return netip.PrefixFrom(netip.AddrFrom4(address), 24).String(), nil
}
