// Package datastore builds what every store inside the cluster has around its
// server: a closed namespace, an account without a token, services, the
// StatefulSet, and the jobs that provision it.
package datastore

import (
	"fmt"
	"maps"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	metav1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/meta/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/internal/podsecurity"
	"github.com/mlops-iac/mlops/components/tenant/spec"
)

// ClusterDomain ends the DNS names of services.
const ClusterDomain = "cluster.local"

// Values of the label app.kubernetes.io/component.
const (
	server       = "server"
	provisioning = "provisioning"
)

// Args describe a store.
type Args struct {
	// Parent is the component the store belongs to.
	Parent pulumi.Resource
	// App is the name of the store's objects and of its service.
	App string
	// Namespace is made for the store alone.
	Namespace string
	// Port the server listens on, TCP.
	Port int
	// DNS is where names are answered; the zero value is the default.
	DNS spec.DNS
	// Keep says how firmly the namespace and the server are kept.
	Keep options.Keep
}

// Store holds the objects that surround a server.
type Store struct {
	// Namespace is the name of the namespace; whatever uses it waits for it.
	Namespace pulumi.StringOutput
	// Service is the one that clients use.
	Service *corev1.Service

	args      Args
	name      string
	namespace *corev1.Namespace
	// before must be there before the first pod.
	before []pulumi.Resource
}

// New makes the namespace and what is in it before there is a server. name is
// the prefix of the Pulumi names.
func New(ctx *pulumi.Context, name string, args Args) (*Store, error) {
	s := &Store{args: args, name: name}
	for _, create := range []func(*pulumi.Context) error{
		s.createNamespace, s.createServiceAccount, s.createNetworkPolicies, s.createServices,
	} {
		if err := create(ctx); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// hosts are the names under which clients reach the service, shortest first,
// and those of a forwarded port.
func hosts(app, namespace string) []string {
	return []string{
		app, app + "." + namespace, app + "." + namespace + ".svc",
		app + "." + namespace + ".svc." + ClusterDomain, "localhost", "127.0.0.1",
	}
}

// Host is the full DNS name of the service; whatever uses it waits for the service.
func (s *Store) Host() pulumi.StringOutput {
	return pulumi.Sprintf("%s.%s.svc.%s", s.Service.Metadata.Name().Elem(), s.Namespace, ClusterDomain)
}

// Inside returns the options of something in the namespace, which vanishes with
// it and is not deleted one by one.
func (s *Store) Inside(after ...pulumi.Resource) []pulumi.ResourceOption {
	return append(options.Child(s.args.Parent, after...), pulumi.DeletedWith(s.namespace))
}

// Meta returns the metadata of an object in the namespace.
func (s *Store) Meta(name string) metav1.ObjectMetaArgs {
	return metav1.ObjectMetaArgs{
		Name: pulumi.String(name), Namespace: s.Namespace, Labels: pulumi.ToStringMap(labels(s.args.App, server)),
	}
}

// Ready returns what surrounds the server and must be there before a client
// counts on it.
func (s *Store) Ready() []pulumi.Resource {
	return append([]pulumi.Resource{s.namespace, s.Service}, s.before...)
}

// ServerLabels are on the pods of the server and find them.
func ServerLabels(app string) map[string]string { return selector(app, server) }

func selector(app, component string) map[string]string {
	return map[string]string{"app.kubernetes.io/name": app, "app.kubernetes.io/component": component}
}

func labels(app, component string) map[string]string {
	all := map[string]string{"app.kubernetes.io/part-of": "mlops", "app.kubernetes.io/managed-by": "pulumi"}
	maps.Copy(all, selector(app, component))
	return all
}

func (s *Store) createNamespace(ctx *pulumi.Context) error {
	all := podsecurity.Latest(labels(s.args.App, "namespace"), podsecurity.Restricted)
	namespace, err := corev1.NewNamespace(ctx, s.name+"-namespace", &corev1.NamespaceArgs{
		Metadata: metav1.ObjectMetaArgs{Name: pulumi.String(s.args.Namespace), Labels: pulumi.ToStringMap(all)},
	}, options.Stateful(s.args.Parent, s.args.Keep)...)
	if err != nil {
		return fmt.Errorf("creating the namespace: %w", err)
	}
	s.namespace, s.Namespace = namespace, namespace.Metadata.Name().Elem()
	return nil
}

// createServiceAccount makes the account of all pods here; none of them talks
// to the Kubernetes API.
func (s *Store) createServiceAccount(ctx *pulumi.Context) error {
	account, err := corev1.NewServiceAccount(ctx, s.name+"-service-account", &corev1.ServiceAccountArgs{
		Metadata:                     s.Meta(s.args.App),
		AutomountServiceAccountToken: pulumi.Bool(false),
	}, s.Inside()...)
	if err != nil {
		return fmt.Errorf("creating the service account: %w", err)
	}
	s.before = append(s.before, account)
	return nil
}

// createServices makes the service of the clients, whose address outlives the
// pod, and the headless one that a StatefulSet must name.
func (s *Store) createServices(ctx *pulumi.Context) error {
	ports := corev1.ServicePortArray{corev1.ServicePortArgs{
		Name: pulumi.String(s.args.App), Port: pulumi.Int(s.args.Port), TargetPort: pulumi.Int(s.args.Port), Protocol: pulumi.String("TCP"),
	}}
	spec := corev1.ServiceSpecArgs{
		Type: pulumi.String("ClusterIP"), Selector: pulumi.ToStringMap(ServerLabels(s.args.App)), Ports: ports,
	}
	service, err := corev1.NewService(ctx, s.name+"-service", &corev1.ServiceArgs{
		Metadata: s.Meta(s.args.App), Spec: spec,
	}, s.Inside()...)
	if err != nil {
		return fmt.Errorf("creating the service: %w", err)
	}
	spec.ClusterIP = pulumi.String("None")
	headless, err := corev1.NewService(ctx, s.name+"-headless-service", &corev1.ServiceArgs{
		Metadata: s.Meta(headlessName(s.args.App)), Spec: spec,
	}, s.Inside()...)
	if err != nil {
		return fmt.Errorf("creating the headless service: %w", err)
	}
	s.Service = service
	s.before = append(s.before, headless)
	return nil
}

func headlessName(app string) string { return app + "-headless" }
