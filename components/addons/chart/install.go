package chart

import (
	"fmt"
	"maps"
	"slices"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/clusterrole"
	"github.com/mlops-iac/mlops/components/internal/contract"
	"github.com/mlops-iac/mlops/components/internal/netpolicy"
	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/internal/podsecurity"
)

// Addon describes one add-on to the installer.
type Addon struct {
	// Token is the type token of its component.
	Token string
	// Record is its chart.
	Record Record
	// Invalid is the error of its arguments; nil for none.
	Invalid error
	// Inputs are the arguments that state and mocks show, beside the version of
	// the chart.
	Inputs pulumi.Map
	// Namespace is an existing namespace; nil with Own.
	Namespace pulumi.StringInput
	// Own is a namespace that is made for the add-on; nil with Namespace.
	Own *Namespace
	// ClusterRole holds the rights of the add-on in the cluster, in place of the role
	// that its chart would make, which Values must switch off; nil leaves it to the
	// chart. It is called after Own, or the platform, and the chart.
	ClusterRole *ClusterRole
	// Values are the values of the chart, as in Args.
	Values map[string]any
	// DependsOn must exist before the release. An identity must: credentials are
	// injected when a pod is admitted, and a pod admitted earlier never gets any.
	// So must the CustomResourceDefinitions of what the chart makes.
	DependsOn []pulumi.Resource
}

// Namespace is a namespace that holds one add-on.
type Namespace struct {
	// Name is its name.
	Name string
	// PodSecurity is the level of the Pod Security Standards that it enforces:
	// restricted, baseline or privileged.
	PodSecurity string
	// OpenPods makes a network policy that lets its pods talk to anybody.
	OpenPods bool
}

// ClusterRole holds the rights of a service account in every namespace.
type ClusterRole struct {
	// ServiceAccount is the account, in the namespace of the add-on. It need not
	// exist yet.
	ServiceAccount string
	// Rules are its rights.
	Rules []Rule
}

// Rule allows verbs on resources of one API group.
type Rule = clusterrole.Rule

// Installed is embedded by the component of an add-on, beside its
// pulumi.ResourceState. Install fills it.
type Installed struct {
	ref     Ref
	release *Release
}

// Ref returns what others need to know of the add-on.
func (i *Installed) Ref() Ref { return i.ref }

// Ready returns what must exist before others rely on the add-on, and must still
// exist when they go. Depend on these and not on the component, whose children
// the SDK registers in the background.
func (i *Installed) Ready() []pulumi.Resource { return []pulumi.Resource{i.release} }

func (i *Installed) installed() *Installed { return i } //nolint:unused // called through Component, which components satisfy by embedding

// Component is the component of an add-on: it embeds pulumi.ResourceState and
// Installed.
type Component interface {
	pulumi.ComponentResource
	installed() *Installed
}

// Install registers the component of an add-on and, below it, its namespace and
// its role where it has them, and its release.
func Install(ctx *pulumi.Context, name string, component Component, addon Addon, opts ...pulumi.ResourceOption) error {
	if addon.Invalid != nil {
		return addon.Invalid
	}
	inputs := pulumi.Map{"chartVersion": pulumi.String(addon.Record.Version)}
	maps.Copy(inputs, addon.Inputs)
	if err := ctx.RegisterComponentResourceV2(addon.Token, name, inputs, component, opts...); err != nil {
		return err
	}
	first, err := addon.prepare(ctx, name, component)
	if err != nil {
		return err
	}
	release, err := New(ctx, name+"-release", &Args{
		Record: addon.Record, Namespace: addon.Namespace, Values: addon.Values,
	}, pulumi.Parent(component), pulumi.DependsOn(slices.Concat(addon.DependsOn, first)))
	if err != nil {
		return err
	}
	*component.installed() = Installed{ref: RefOf(release), release: release}
	return contract.Register(ctx, component, component.installed().ref)
}

// prepare makes the namespace and the role, and returns what must exist before
// the release.
func (a *Addon) prepare(ctx *pulumi.Context, name string, component Component) ([]pulumi.Resource, error) {
	// Not the chart's own name: a release that drops its role would delete this one.
	role := "mlops-" + a.Record.Chart
	var first []pulumi.Resource
	if a.Own != nil {
		role = a.Own.Name + "-" + a.Record.Chart
		opened, err := a.createNamespace(ctx, name, component)
		if err != nil {
			return nil, err
		}
		first = opened
	}
	if a.ClusterRole == nil {
		return first, nil
	}
	binding, err := clusterrole.New(ctx, name, clusterrole.Grant{
		Name: role, Namespace: a.Namespace, ServiceAccount: a.ClusterRole.ServiceAccount,
		Labels: map[string]string{"app.kubernetes.io/managed-by": "pulumi"}, Rules: a.ClusterRole.Rules,
	}, options.Child(component)...)
	if err != nil {
		return nil, err
	}
	return append(first, binding), nil
}

// createNamespace returns what must exist in it before the release.
func (a *Addon) createNamespace(ctx *pulumi.Context, name string, component Component) ([]pulumi.Resource, error) {
	labels := podsecurity.Labels(nil, a.Own.PodSecurity, a.Own.PodSecurity)
	namespace, err := corev1.NewNamespace(ctx, name+"-namespace", &corev1.NamespaceArgs{
		Metadata: metav1.ObjectMetaArgs{Name: pulumi.String(a.Own.Name), Labels: pulumi.ToStringMap(labels)},
	}, options.Child(component)...)
	if err != nil {
		return nil, fmt.Errorf("creating the namespace: %w", err)
	}
	a.Namespace = namespace.Metadata.Name().Elem()
	if !a.Own.OpenPods {
		return nil, nil
	}
	return netpolicy.Open(ctx, name, a.Namespace, options.Child(component)...)
}
