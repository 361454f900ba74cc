package loki

import (
	"fmt"
	"slices"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	networkingv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/networking/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/chart"
	"github.com/mlops-iac/mlops/components/addons/loki/spec"
	"github.com/mlops-iac/mlops/components/internal/claim"
	"github.com/mlops-iac/mlops/components/internal/contract"
	"github.com/mlops-iac/mlops/components/internal/netpolicy"
	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/internal/podsecurity"
)

// Token is the type of the component; it is part of every URN below it.
const Token = "mlops:index:Loki"

// monitoringNamespace is where Grafana asks from, the default of package monitoring.
const monitoringNamespace = "monitoring"

// Ref holds the outputs of Loki that others use.
type Ref struct {
	// Namespace is where it runs.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
	// URL is that of its HTTP API inside the cluster.
	URL pulumi.StringOutput `pulumi:"url"`
}

// Host is the DNS name of Loki in a namespace.
func Host(namespace string) string { return Record.Chart + "." + namespace + ".svc" }

// Loki is the component.
type Loki struct {
	pulumi.ResourceState

	// The outputs, as in Ref.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
	URL       pulumi.StringOutput `pulumi:"url"`

	ref       Ref
	namespace *corev1.Namespace
	release   *chart.Release
}

// Ref returns what others need to know of Loki.
func (l *Loki) Ref() Ref { return l.ref }

// Ready returns what must exist before records are sent. Depend on these and not
// on the component, whose children the SDK registers in the background.
func (l *Loki) Ready() []pulumi.Resource { return []pulumi.Resource{l.release} }

// New installs Loki. The Kubernetes provider is inherited from opts. Every error
// of args is reported in one error.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Loki, error) {
	in := args.withDefaults()
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("loki %q: %w", name, err)
	}
	l := &Loki{}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), l, opts...); err != nil {
		return nil, err
	}
	if err := l.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("loki %q: %w", name, err)
	}
	return l, contract.Register(ctx, l, l.ref)
}

func (l *Loki) create(ctx *pulumi.Context, name string, in *Args) error {
	if err := l.createNamespace(ctx, name, in); err != nil {
		return err
	}
	policies, err := l.createNetworkPolicies(ctx, name, in)
	if err != nil {
		return err
	}
	if err := l.createRelease(ctx, name, in, policies); err != nil {
		return err
	}
	url := fmt.Sprintf("http://%s:%d", Host(in.Namespace), spec.Port)
	l.ref = Ref{Namespace: l.namespace.Metadata.Name().Elem(), URL: pulumi.String(url).ToStringOutput()}
	return l.createDataSource(ctx, name, in, url)
}

// createRelease makes the volume and then the server. A release whose volume has
// another size or class fails, because a StatefulSet never changes its templates; so
// the release keeps what it was made with, and only the claim grows.
func (l *Loki) createRelease(ctx *pulumi.Context, name string, in *Args, policies []pulumi.Resource) error {
	volume, err := claim.New(ctx, name, claim.Args{
		Parent: l, Namespace: l.namespace, Template: volumeTemplate, StatefulSet: Record.Chart, Replicas: replicas,
		StorageGiB: in.StorageGiB, StorageClass: in.StorageClass, Labels: map[string]string{"app.kubernetes.io/managed-by": "pulumi"},
	})
	if err != nil {
		return err
	}
	opts := options.Child(l, slices.Concat(policies, volume, in.DependsOn)...) // policies do not apply to what already runs
	l.release, err = chart.New(ctx, name+"-release", &chart.Args{
		Record: Record, Namespace: l.namespace.Metadata.Name().Elem(), Values: in.values(),
	}, append(opts, pulumi.IgnoreChanges([]string{sizeValue, classValue}))...)
	return err
}

func (l *Loki) createNamespace(ctx *pulumi.Context, name string, in *Args) error {
	labels := podsecurity.Labels(nil, podsecurity.Baseline, podsecurity.Baseline)
	made, err := corev1.NewNamespace(ctx, name+"-namespace", &corev1.NamespaceArgs{
		Metadata: metav1.ObjectMetaArgs{Name: pulumi.String(in.Namespace), Labels: pulumi.ToStringMap(labels)},
	}, pulumi.Parent(l))
	if err != nil {
		return fmt.Errorf("creating the namespace: %w", err)
	}
	l.namespace = made
	return nil
}

// createNetworkPolicies closes the namespace. Loki is asked by the senders of
// records and by the monitoring stack; it asks DNS, and itself.
func (l *Loki) createNetworkPolicies(ctx *pulumi.Context, name string, in *Args) ([]pulumi.Resource, error) {
	all := metav1.LabelSelectorArgs{}
	itself := networkingv1.NetworkPolicyPeerArgs{PodSelector: all}
	made, err := networkingv1.NewNetworkPolicy(ctx, name+"-network-policy", &networkingv1.NetworkPolicyArgs{
		Metadata: metav1.ObjectMetaArgs{Name: pulumi.String(Record.Chart), Namespace: l.namespace.Metadata.Name()},
		Spec: networkingv1.NetworkPolicySpecArgs{
			PodSelector: all, PolicyTypes: pulumi.ToStringArray([]string{netpolicy.Ingress, netpolicy.Egress}),
			Ingress: networkingv1.NetworkPolicyIngressRuleArray{
				networkingv1.NetworkPolicyIngressRuleArgs{
					From: networkingv1.NetworkPolicyPeerArray{
						netpolicy.PodsIn(in.ClientNamespace, nil), netpolicy.PodsIn(monitoringNamespace, nil),
					},
					Ports: netpolicy.Ports(netpolicy.TCP, spec.Port),
				},
				networkingv1.NetworkPolicyIngressRuleArgs{From: networkingv1.NetworkPolicyPeerArray{itself}},
			},
			Egress: networkingv1.NetworkPolicyEgressRuleArray{
				networkingv1.NetworkPolicyEgressRuleArgs{
					To: netpolicy.DNS(in.DNS), Ports: netpolicy.DNSPorts(in.DNS),
				},
				networkingv1.NetworkPolicyEgressRuleArgs{To: networkingv1.NetworkPolicyPeerArray{itself}},
			},
		},
	}, pulumi.Parent(l), pulumi.DeletedWith(l.namespace))
	if err != nil {
		return nil, fmt.Errorf("creating the network policy: %w", err)
	}
	return []pulumi.Resource{made}, nil
}

// createDataSource makes what the sidecar of Grafana loads as a data source.
func (l *Loki) createDataSource(ctx *pulumi.Context, name string, in *Args, url string) error {
	if in.GrafanaNamespace == nil {
		return nil
	}
	source := fmt.Sprintf(`apiVersion: 1
datasources:
  - name: Loki
    uid: loki
    type: loki
    access: proxy
    url: %s
`, url)
	_, err := corev1.NewConfigMap(ctx, name+"-data-source", &corev1.ConfigMapArgs{
		Metadata: metav1.ObjectMetaArgs{
			Name: pulumi.String("loki-data-source"), Namespace: in.GrafanaNamespace,
			Labels: pulumi.StringMap{
				"app.kubernetes.io/managed-by": pulumi.String("pulumi"), "grafana_datasource": pulumi.String("1"),
			},
		},
		Data: pulumi.StringMap{"loki.yaml": pulumi.String(source)},
	}, pulumi.Parent(l))
	if err != nil {
		return fmt.Errorf("creating the data source: %w", err)
	}
	return nil
}
