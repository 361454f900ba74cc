package monitoring

import (
	"fmt"
	"slices"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/addons/chart"
	"github.com/mlops-iac/mlops/components/addons/dcgmexporter"
	"github.com/mlops-iac/mlops/components/internal/contract"
	"github.com/mlops-iac/mlops/components/internal/netpolicy"
	"github.com/mlops-iac/mlops/components/internal/podsecurity"
)

// Token is the type token of the component.
const Token = "mlops:index:Monitoring"

// Monitoring is the component.
type Monitoring struct {
	pulumi.ResourceState
	// Release installs the stack and its CRDs. What uses those CRDs, such as a
	// ServiceMonitor, depends on it.
	Release *chart.Release

	// The outputs, as in Ref.
	Namespace         pulumi.StringOutput `pulumi:"namespace"`
	PrometheusURL     pulumi.StringOutput `pulumi:"prometheusUrl"`
	AlertmanagerURL   pulumi.StringOutput `pulumi:"alertmanagerUrl"`
	GrafanaURL        pulumi.StringOutput `pulumi:"grafanaUrl"`
	GrafanaSecretName pulumi.StringOutput `pulumi:"grafanaSecretName"`

	ref       Ref
	namespace *corev1.Namespace
}

// Ref returns what others need to know of the monitoring stack.
func (m *Monitoring) Ref() Ref { return m.ref }

// Ready returns what must exist before something uses the CRDs of the stack,
// such as a ServiceMonitor. Depend on these and not on the component, whose
// children the SDK registers in the background.
func (m *Monitoring) Ready() []pulumi.Resource { return []pulumi.Resource{m.Release} }

// New builds the monitoring of one cluster.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Monitoring, error) {
	in := args.withDefaults()
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("monitoring %q: %w", name, err)
	}
	m := &Monitoring{}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), m, opts...); err != nil {
		return nil, err
	}
	if err := m.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("monitoring %q: %w", name, err)
	}
	return m, contract.Register(ctx, m, m.ref)
}

func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"namespace":     pulumi.String(a.Namespace),
		"chartVersion":  pulumi.String(Record.Version),
		"retentionDays": pulumi.Int(a.RetentionDays),
		"gpu":           pulumi.Bool(a.GPU),
		"cost":          pulumi.Bool(a.Cost),
	}
}

func (m *Monitoring) create(ctx *pulumi.Context, name string, in *Args) error {
	if err := m.createNamespace(ctx, name, in); err != nil {
		return err
	}
	opened, err := m.openPods(ctx, name, in)
	if err != nil {
		return err
	}
	secrets, err := m.createAlerting(ctx, name, in)
	if err != nil {
		return err
	}
	volumes, err := m.createVolumes(ctx, name, in)
	if err != nil {
		return err
	}
	role, err := m.createGrafanaRole(ctx, name)
	if err != nil {
		return err
	}
	if err := m.createRelease(ctx, name, in, secrets, slices.Concat(opened, volumes, []pulumi.Resource{role})); err != nil {
		return err
	}
	if err := m.createContent(ctx, name, in); err != nil {
		return err
	}
	if in.GPU {
		_, err := dcgmexporter.New(ctx, name+"-dcgm", &dcgmexporter.Args{
			Namespace: m.namespaceName(),
			// The exporter's ServiceMonitor needs the CRD that the release brings.
			DependsOn: []pulumi.Resource{m.Release},
		}, pulumi.Parent(m))
		if err != nil {
			return fmt.Errorf("creating dcgm exporter: %w", err)
		}
	}
	m.ref = m.describe()
	return nil
}

func (m *Monitoring) createNamespace(ctx *pulumi.Context, name string, in *Args) error {
	// The node exporter reads the host's /proc and the DCGM exporter its GPUs.
	// Warnings still tell what else is not restricted.
	labels := podsecurity.Labels(nil, podsecurity.Privileged, podsecurity.Baseline)
	namespace, err := corev1.NewNamespace(ctx, name+"-namespace", &corev1.NamespaceArgs{
		Metadata: metav1.ObjectMetaArgs{Name: pulumi.String(in.Namespace), Labels: pulumi.ToStringMap(labels)},
	}, pulumi.Parent(m))
	if err != nil {
		return fmt.Errorf("creating namespace: %w", err)
	}
	m.namespace = namespace
	return nil
}

// openPods returns what must exist before the pods.
func (m *Monitoring) openPods(ctx *pulumi.Context, name string, in *Args) ([]pulumi.Resource, error) {
	if !in.OpenPods {
		return nil, nil
	}
	return netpolicy.Open(ctx, name, m.namespaceName(), pulumi.Parent(m))
}

func (m *Monitoring) createRelease(
	ctx *pulumi.Context, name string, in *Args, secrets *alertingSecrets, before []pulumi.Resource,
) error {
	// Alertmanager does not start without its configuration, and an atomic
	// release would be rolled back for it. A claim must be there before the
	// StatefulSet makes its own, and have room before Prometheus uses more of it.
	first := slices.Concat(secrets.resources(), before, in.DependsOn)
	release, err := chart.New(ctx, name+"-release", &chart.Args{
		Record: Record, Namespace: m.namespaceName(), Values: in.values(secrets),
	}, pulumi.Parent(m), pulumi.DependsOn(first))
	if err != nil {
		return err
	}
	m.Release = release
	return nil
}

func (m *Monitoring) namespaceName() pulumi.StringOutput { return m.namespace.Metadata.Name().Elem() }

func (m *Monitoring) describe() Ref {
	namespace := m.namespaceName()
	service := func(name string, port int) pulumi.StringOutput {
		return pulumi.Sprintf("http://%s.%s.svc:%d", name, namespace, port)
	}
	return Ref{
		Namespace:         namespace,
		PrometheusURL:     service(prometheusService, 9090),
		AlertmanagerURL:   service(alertmanagerService, 9093),
		GrafanaURL:        service(GrafanaName, 80),
		GrafanaSecretName: pulumi.String(GrafanaName).ToStringOutput(),
	}
}
