package postgresql

import (
	_ "embed" // scripts and configuration
	"fmt"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
	"github.com/mlops-iac/mlops/components/internal/credential"
	"github.com/mlops-iac/mlops/components/internal/datastore"
)

var (
	//go:embed start.sh
	startScript string
	//go:embed account.sh
	accountScript string
	//go:embed postgresql.conf
	serverConfig string
	//go:embed pg_hba.conf
	accessConfig string
)

// Server is PostgreSQL.
type Server struct {
	pulumi.ResourceState

	// The outputs, as in Ref.
	Host          pulumi.StringOutput `pulumi:"host"`
	Port          pulumi.IntOutput    `pulumi:"port"`
	Namespace     pulumi.StringOutput `pulumi:"namespace"`
	CACertificate pulumi.StringOutput `pulumi:"caCertificate"`
	Image         pulumi.StringOutput `pulumi:"image"`

	ref    Ref
	around *datastore.Store
	admin  *credential.Secret
	config *corev1.ConfigMap
	server *appsv1.StatefulSet
}

// New builds a Server. The Kubernetes provider is inherited from opts. Every
// error of args is reported in one error.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Server, error) {
	in := args.withDefaults()
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("postgresql %q: %w", name, err)
	}
	s := &Server{}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), s, opts...); err != nil {
		return nil, err
	}
	if err := s.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("postgresql %q: %w", name, err)
	}
	return s, contract.Register(ctx, s, s.ref)
}

// Ref returns what others need to know of the server.
func (s *Server) Ref() Ref { return s.ref }

// Ready returns what must exist before a client counts on the server. Depend on
// these and not on the component, whose children the SDK registers in the
// background.
func (s *Server) Ready() []pulumi.Resource {
	return append(s.around.Ready(), s.admin.Resource, s.config, s.server)
}

func (s *Server) create(ctx *pulumi.Context, name string, in *Args) (err error) {
	if s.around, err = datastore.New(ctx, name, datastore.Args{
		Parent: s, App: app, Namespace: in.Namespace, Port: Port, DNS: in.DNS, Keep: in.keep(),
	}); err != nil {
		return err
	}
	if s.admin, err = s.around.Administrator(ctx, "admin", adminSecret, adminUser); err != nil {
		return err
	}
	s.config, err = corev1.NewConfigMap(ctx, name+"-config", &corev1.ConfigMapArgs{
		Metadata: s.around.Meta(app),
		Data: pulumi.ToStringMap(map[string]string{
			"postgresql.conf": serverConfig, "pg_hba.conf": accessConfig, "start.sh": startScript,
		}),
	}, s.around.Inside()...)
	if err != nil {
		return fmt.Errorf("creating the configuration: %w", err)
	}
	if s.server, err = s.around.Serve(ctx, s.serverOf(in)); err != nil {
		return err
	}
	s.ref = Ref{
		// By way of the server, so that whatever connects to it waits for it.
		Host: pulumi.All(s.around.Host(), s.server.Metadata.Name()).ApplyT(func(parts []any) (string, error) {
			host, ok := parts[0].(string)
			if !ok {
				return "", fmt.Errorf("host of the server: want string, got %T", parts[0])
			}
			return host, nil
		}).(pulumi.StringOutput),
		Port:          pulumi.Int(Port).ToIntOutput(),
		Namespace:     s.around.Namespace,
		CACertificate: s.admin.Public(datastore.AuthorityKey),
		Image:         pulumi.String(in.Image).ToStringOutput(),
	}
	return nil
}
