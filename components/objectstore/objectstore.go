package objectstore

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
	"github.com/mlops-iac/mlops/components/internal/options"
	"github.com/mlops-iac/mlops/components/objectstore/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

// Token is the type of the component; it is part of every URN below it.
const Token = "mlops:index:ObjectStore"

// ObjectStore is the set of buckets.
type ObjectStore struct {
	pulumi.ResourceState

	// Buckets has one bucket per role.
	Buckets map[spec.Role]*s3.BucketV2
	// LogBucket receives the access logs of all of them.
	LogBucket *s3.BucketV2
	// Key encrypts the objects of all roles.
	Key *kms.Key

	// The outputs, as in Ref.
	Endpoint        pulumi.StringOutput    `pulumi:"endpoint"`
	Region          pulumi.StringOutput    `pulumi:"region"`
	RawBucket       pulumi.StringOutput    `pulumi:"rawBucket"`
	ProcessedBucket pulumi.StringOutput    `pulumi:"processedBucket"`
	ModelsBucket    pulumi.StringOutput    `pulumi:"modelsBucket"`
	BucketARNs      pulumi.StringMapOutput `pulumi:"bucketArns"`
	KeyARN          pulumi.StringOutput    `pulumi:"keyArn"`

	ref Ref
}

// Ref returns what other components need to know.
func (s *ObjectStore) Ref() Ref { return s.ref }

// builder carries what every step of the construction needs.
type builder struct {
	ctx   *pulumi.Context
	name  string
	in    *Args
	store *ObjectStore
}

// New builds an object store. name is the prefix of the bucket names, so it
// must be lower case; every error in name and args is reported in one error.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*ObjectStore, error) {
	in := args.withDefaults()
	if err := in.validate(name); err != nil {
		return nil, fmt.Errorf("object store %q: %w", name, err)
	}
	store := &ObjectStore{Buckets: make(map[spec.Role]*s3.BucketV2, len(spec.Roles()))}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), store, opts...); err != nil {
		return nil, err
	}
	b := &builder{ctx: ctx, name: name, in: in, store: store}
	if err := b.create(); err != nil {
		return nil, fmt.Errorf("object store %q: %w", name, err)
	}
	store.ref = b.ref()
	return store, contract.Register(ctx, store, store.ref)
}

func (b *builder) create() error {
	if err := b.createKey(); err != nil {
		return err
	}
	for _, role := range spec.Roles() {
		bucket, err := b.createBucket(string(role))
		if err != nil {
			return fmt.Errorf("creating %s bucket: %w", role, err)
		}
		b.store.Buckets[role] = bucket
	}
	logPolicy, err := b.createLogBucket()
	if err != nil {
		return fmt.Errorf("creating log bucket: %w", err)
	}
	versioned := make(map[spec.Role]pulumi.Resource, len(spec.Roles()))
	for _, role := range spec.Roles() {
		if versioned[role], err = b.configureBucket(role, logPolicy); err != nil {
			return fmt.Errorf("configuring %s bucket: %w", role, err)
		}
	}
	if b.in.Replication == nil {
		return nil
	}
	if err := b.replicate(versioned); err != nil {
		return fmt.Errorf("replicating: %w", err)
	}
	return nil
}

func (b *builder) ref() Ref {
	arns := make(pulumi.StringMap, len(spec.Roles()))
	for _, role := range spec.Roles() {
		arns[string(role)] = b.store.Buckets[role].Arn
	}
	return Ref{
		Endpoint:        pulumi.Sprintf("https://%s", awsenv.Host("s3", b.in.Region)),
		Region:          pulumi.String(b.in.Region).ToStringOutput(),
		RawBucket:       b.store.Buckets[spec.Raw].ID().ToStringOutput(),
		ProcessedBucket: b.store.Buckets[spec.Processed].ID().ToStringOutput(),
		ModelsBucket:    b.store.Buckets[spec.Models].ID().ToStringOutput(),
		BucketARNs:      arns.ToStringMapOutput(),
		KeyARN:          b.store.Key.Arn,
	}
}

func (b *builder) child(after ...pulumi.Resource) []pulumi.ResourceOption {
	return options.Child(b.store, after...)
}

func (b *builder) keep() options.Keep {
	return options.Keep{Protect: b.in.Protect, RetainOnDelete: b.in.RetainOnDelete}
}
