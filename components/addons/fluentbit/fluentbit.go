package fluentbit

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/internal/podsecurity"
	"github.com/mlops-iac/mlops/components/internal/systempriority"
)

// Token is the type of the component; it is part of every URN below it.
const Token = "mlops:index:FluentBit"

// Ref holds the outputs of Fluent Bit that others use.
type Ref struct {
	// Namespace is where it runs.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
	// Image is the image that it runs.
	Image pulumi.StringOutput `pulumi:"image"`
}

// FluentBit is Fluent Bit on every node.
type FluentBit struct {
	pulumi.ResourceState

	// The outputs, as in Ref.
	Namespace pulumi.StringOutput `pulumi:"namespace"`
	Image     pulumi.StringOutput `pulumi:"image"`

	ref       Ref
	namespace *corev1.Namespace
	daemons   *appsv1.DaemonSet
}

// Ref returns what others need to know of Fluent Bit.
func (f *FluentBit) Ref() Ref { return f.ref }

// Ready returns what must exist before records are passed on. Depend on these
// and not on the component, whose children the SDK registers in the background.
func (f *FluentBit) Ready() []pulumi.Resource { return []pulumi.Resource{f.daemons} }

// New installs Fluent Bit. The Kubernetes provider is inherited from opts. Every
// error of args is reported in one error.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*FluentBit, error) {
	in := args.withDefaults()
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("fluent bit %q: %w", name, err)
	}
	f := &FluentBit{}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), f, opts...); err != nil {
		return nil, err
	}
	b := &builder{ctx: ctx, name: name, in: in, f: f}
	if err := b.create(); err != nil {
		return nil, fmt.Errorf("fluent bit %q: %w", name, err)
	}
	return f, contract.Register(ctx, f, f.ref)
}

// builder carries what every step needs.
type builder struct {
	ctx  *pulumi.Context
	name string
	in   *Args
	f    *FluentBit
	// before must be there before the first pod.
	before []pulumi.Resource
}

func (b *builder) create() error {
	for _, step := range []func() error{
		b.createNamespace, b.createQuota, b.createNetworkPolicies, b.createAccess, b.createDaemons, b.createMonitor,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	b.f.ref = Ref{Namespace: b.namespace(), Image: pulumi.String(b.in.Image).ToStringOutput()}
	return nil
}

func (b *builder) namespace() pulumi.StringOutput { return b.f.namespace.Metadata.Name().Elem() }

func (b *builder) createNamespace() error {
	// The pods read the log files of the node, which no stricter standard admits.
	// Warnings still tell whatever else is not restricted.
	all := podsecurity.Labels(labels(), podsecurity.Privileged, podsecurity.Baseline)
	made, err := corev1.NewNamespace(b.ctx, b.name+"-namespace", &corev1.NamespaceArgs{
		Metadata: metav1.ObjectMetaArgs{Name: pulumi.String(b.in.Namespace), Labels: pulumi.ToStringMap(all)},
	}, pulumi.Parent(b.f))
	if err != nil {
		return fmt.Errorf("creating the namespace: %w", err)
	}
	b.f.namespace = made
	return nil
}

// createQuota admits the priority class of the pods to the namespace.
func (b *builder) createQuota() error {
	made, err := corev1.NewResourceQuota(b.ctx, b.name+"-priority-quota", &corev1.ResourceQuotaArgs{
		Metadata: b.meta("system-priority"), Spec: systempriority.Quota(systempriority.Unlimited, priorityClass),
	}, b.inside()...)
	if err != nil {
		return fmt.Errorf("creating the quota of priorities: %w", err)
	}
	b.before = append(b.before, made)
	return nil
}

// createConfig makes the ConfigMap with the configuration and returns the hash
// of its text.
func (b *builder) createConfig() (*corev1.ConfigMap, string, error) {
	text, err := b.in.render()
	if err != nil {
		return nil, "", err
	}
	made, err := corev1.NewConfigMap(b.ctx, b.name+"-config", &corev1.ConfigMapArgs{
		Metadata: b.meta(app), Data: pulumi.StringMap{configFile: pulumi.String(text)},
	}, b.inside()...)
	if err != nil {
		return nil, "", fmt.Errorf("creating the configuration: %w", err)
	}
	digest := sha256.Sum256([]byte(text))
	return made, hex.EncodeToString(digest[:]), nil
}

func labels() map[string]string {
	all := map[string]string{"app.kubernetes.io/part-of": "mlops", "app.kubernetes.io/managed-by": "pulumi"}
	maps.Copy(all, PodLabels())
	return all
}

// meta is the metadata of an object in the namespace.
func (b *builder) meta(name string) metav1.ObjectMetaArgs {
	return metav1.ObjectMetaArgs{
		Name: pulumi.String(name), Namespace: b.namespace(), Labels: pulumi.ToStringMap(labels()),
	}
}

// inside are the options of something in the namespace, which vanishes with it.
func (b *builder) inside(after ...pulumi.Resource) []pulumi.ResourceOption {
	return append(options.Child(b.f, after...), pulumi.DeletedWith(b.f.namespace))
}
