package tenant

import (
	"fmt"
	"maps"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
	"github.com/mlops-iac/mlops/internal/shared/names"
)

// Tenant is everything one team has in a cluster.
type Tenant struct {
	pulumi.ResourceState

	// The outputs, as in Ref.
	Namespace      pulumi.StringOutput `pulumi:"namespace"`
	ServiceAccount pulumi.StringOutput `pulumi:"serviceAccount"`
	ServiceURL     pulumi.StringOutput `pulumi:"serviceUrl"`
	ObjectPrefix   pulumi.StringOutput `pulumi:"objectPrefix"`

	ref       Ref
	namespace *corev1.Namespace
}

// New builds a tenant. The Kubernetes provider, and the AWS provider when
// Identity names a cluster, are inherited from opts.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Tenant, error) {
	in := args.withDefaults()
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("tenant %q: %w", name, err)
	}
	t := &Tenant{}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), t, opts...); err != nil {
		return nil, err
	}
	if err := t.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("tenant %q: %w", name, err)
	}
	return t, contract.Register(ctx, t, t.ref)
}

// Ref returns what others need to know of the tenant.
func (t *Tenant) Ref() Ref { return t.ref }

func (a *Args) inputs() pulumi.Map {
	inputs := pulumi.Map{
		"name":        pulumi.String(a.Name),
		"image":       a.Image,
		"minReplicas": pulumi.Int(a.Serving.Replicas.Min),
		"maxReplicas": pulumi.Int(a.Serving.Replicas.Max),
		"training":    pulumi.Bool(a.Training != nil),
	}
	if a.Training != nil {
		inputs["trainingGpus"] = pulumi.Int(a.Training.GPUs)
	}
	return inputs
}

// builder holds what the parts of one tenant share while it is made.
type builder struct {
	ctx    *pulumi.Context
	name   string
	in     *Args
	tenant *Tenant
	// credentials are those of every pod.
	credentials credentials
	// namespace is the name of the namespace once there is one, so that whatever
	// uses it waits for it.
	namespace pulumi.StringOutput
}

func (t *Tenant) create(ctx *pulumi.Context, name string, in *Args) error {
	b := &builder{ctx: ctx, name: name, in: in, tenant: t}
	if err := b.createNamespace(); err != nil {
		return err
	}
	account, err := b.createServiceAccount()
	if err != nil {
		return err
	}
	if err := b.createAccess(); err != nil {
		return err
	}
	if b.credentials, err = b.createCredentials(); err != nil {
		return err
	}
	guards, err := b.createLimits()
	if err != nil {
		return err
	}
	denied, err := b.createNetworkPolicies()
	if err != nil {
		return err
	}
	identity, err := b.createIdentity()
	if err != nil {
		return err
	}
	// Pods wait for the quota and the closed network, which do not apply to what
	// already runs, and for the identity, which is injected when a pod is made.
	before := append(append(guards, denied...), identity...)
	service, err := b.createServing(account, before)
	if err != nil {
		return err
	}
	if err := b.createTraining(account, before); err != nil {
		return err
	}
	t.ref = Ref{
		Namespace:      b.namespace,
		ServiceAccount: account.Metadata.Name().Elem(),
		ServiceURL:     pulumi.Sprintf("http://%s.%s.svc.cluster.local", service.Metadata.Name().Elem(), b.namespace),
		ObjectPrefix:   pulumi.String(names.TenantPrefix(b.in.Name)).ToStringOutput(),
	}
	return nil
}

// inside returns the options of something in the namespace: it is not deleted
// by itself when the namespace is.
func (b *builder) inside(extra ...pulumi.ResourceOption) []pulumi.ResourceOption {
	return append([]pulumi.ResourceOption{pulumi.Parent(b.tenant), pulumi.DeletedWith(b.tenant.namespace)}, extra...)
}

// outside returns the options of something that is in no namespace.
func (b *builder) outside(extra ...pulumi.ResourceOption) []pulumi.ResourceOption {
	options := append([]pulumi.ResourceOption{pulumi.Parent(b.tenant)}, extra...)
	if b.in.DeletedWith != nil {
		options = append(options, pulumi.DeletedWith(b.in.DeletedWith))
	}
	return options
}

// labels returns the labels of an object; component says which part of the
// tenant it belongs to.
func (b *builder) labels(component string) map[string]string {
	labels := maps.Clone(b.in.Metadata.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	maps.Copy(labels, b.selector(component))
	labels["app.kubernetes.io/name"] = component
	labels["app.kubernetes.io/part-of"] = "mlops"
	labels["app.kubernetes.io/managed-by"] = "pulumi"
	labels[TenantLabel] = b.in.Name
	return labels
}

// selector returns the labels that find the pods of a component. A selector
// can never change, so it is small.
func (b *builder) selector(component string) map[string]string {
	return map[string]string{
		"app.kubernetes.io/instance":  b.in.Name,
		"app.kubernetes.io/component": component,
	}
}

// meta returns the metadata of an object in the namespace.
func (b *builder) meta(name, component string) metav1.ObjectMetaArgs {
	return metav1.ObjectMetaArgs{
		Name:      pulumi.String(name),
		Namespace: b.namespace,
		Labels:    pulumi.ToStringMap(b.labels(component)),
	}
}
