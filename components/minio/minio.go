package minio

import (
	"fmt"

	appsv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apps/v1"
	batchv1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/batch/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
	"github.com/mlops-iac/mlops/components/internal/credential"
	"github.com/mlops-iac/mlops/components/internal/datastore"
)

// Store is MinIO with its buckets.
type Store struct {
	pulumi.ResourceState

	// The outputs, as in Ref.
	Endpoint      pulumi.StringOutput    `pulumi:"endpoint"`
	Namespace     pulumi.StringOutput    `pulumi:"namespace"`
	CACertificate pulumi.StringOutput    `pulumi:"caCertificate"`
	ClientImage   pulumi.StringOutput    `pulumi:"clientImage"`
	Buckets       pulumi.StringMapOutput `pulumi:"buckets"`

	ref     Ref
	around  *datastore.Store
	root    *credential.Secret
	server  *appsv1.StatefulSet
	buckets *batchv1.Job
}

// New builds a Store. The Kubernetes provider is inherited from opts. Every
// error of args is reported in one error.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Store, error) {
	in := args.withDefaults()
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("minio %q: %w", name, err)
	}
	s := &Store{}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), s, opts...); err != nil {
		return nil, err
	}
	if err := s.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("minio %q: %w", name, err)
	}
	return s, contract.Register(ctx, s, s.ref)
}

// Ref returns what others need to know of the store.
func (s *Store) Ref() Ref { return s.ref }

// Ready returns what must exist before a client counts on the store. Depend on
// these and not on the component, whose children the SDK registers in the
// background.
func (s *Store) Ready() []pulumi.Resource {
	return append(s.around.Ready(), s.root.Resource, s.server, s.buckets)
}

func (s *Store) create(ctx *pulumi.Context, name string, in *Args) (err error) {
	if s.around, err = datastore.New(ctx, name, datastore.Args{
		Parent: s, App: app, Namespace: in.Namespace, Port: Port, DNS: in.DNS, Keep: in.keep(),
	}); err != nil {
		return err
	}
	if s.root, err = s.around.Administrator(ctx, "root", rootSecret, rootUser); err != nil {
		return err
	}
	if s.server, err = s.around.Serve(ctx, s.serverOf(in)); err != nil {
		return err
	}
	if err := s.createBuckets(ctx, name, in); err != nil {
		return err
	}
	names := make(map[string]string, len(in.Buckets))
	for _, bucket := range in.Buckets {
		names[bucket] = bucket
	}
	s.ref = Ref{
		Endpoint:      pulumi.Sprintf("https://%s", s.address()),
		Namespace:     s.around.Namespace,
		CACertificate: s.root.Public(datastore.AuthorityKey),
		ClientImage:   pulumi.String(in.ClientImage).ToStringOutput(),
		// By way of the job, so that whatever uses the buckets waits for them.
		Buckets: s.buckets.Metadata.Name().ApplyT(func(*string) map[string]string { return names }).(pulumi.StringMapOutput),
	}
	return nil
}

// address is host and port of the service.
func (s *Store) address() pulumi.StringOutput { return pulumi.Sprintf("%s:%d", s.around.Host(), Port) }
