package metadatastore

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/contract"
	"github.com/mlops-iac/mlops/components/internal/options"
)

// Token is the type of the component; it is part of every URN below it.
const Token = "mlops:index:MetadataStore"

// MetadataStore is the database.
type MetadataStore struct {
	pulumi.ResourceState

	// Instance is the RDS instance.
	Instance *rds.Instance
	// Key encrypts everything the database leaves anywhere.
	Key *kms.Key

	// The outputs, as in Ref.
	Host            pulumi.StringOutput `pulumi:"host"`
	Port            pulumi.IntOutput    `pulumi:"port"`
	Database        pulumi.StringOutput `pulumi:"database"`
	Username        pulumi.StringOutput `pulumi:"username"`
	CACertificate   pulumi.StringOutput `pulumi:"caCertificate"`
	ResourceID      pulumi.StringOutput `pulumi:"resourceId"`
	SecretARN       pulumi.StringOutput `pulumi:"secretArn"`
	SecurityGroupID pulumi.StringOutput `pulumi:"securityGroupId"`
	KeyARN          pulumi.StringOutput `pulumi:"keyArn"`

	ref Ref
}

// Ref returns what other components need to know.
func (m *MetadataStore) Ref() Ref { return m.ref }

// builder carries what every step of the construction needs.
type builder struct {
	ctx   *pulumi.Context
	name  string
	in    *Args
	store *MetadataStore
}

// New builds a metadata store; every error in args is reported in one error.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*MetadataStore, error) {
	in := args.withDefaults(name)
	if err := in.validate(name); err != nil {
		return nil, fmt.Errorf("metadata store %q: %w", name, err)
	}
	store := &MetadataStore{}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), store, opts...); err != nil {
		return nil, err
	}
	b := &builder{ctx: ctx, name: name, in: in, store: store}
	if err := b.create(); err != nil {
		return nil, fmt.Errorf("metadata store %q: %w", name, err)
	}
	return store, contract.Register(ctx, store, store.ref)
}

func (b *builder) create() error {
	if err := b.createKey(); err != nil {
		return err
	}
	logs, err := b.createLogGroups()
	if err != nil {
		return fmt.Errorf("creating log groups: %w", err)
	}
	group, err := b.createSecurityGroup()
	if err != nil {
		return fmt.Errorf("creating security group: %w", err)
	}
	monitoring, attachment, err := b.createMonitoringRole()
	if err != nil {
		return fmt.Errorf("creating monitoring role: %w", err)
	}
	parts := instanceParts{
		securityGroupID: group.ID().ToStringOutput(),
		monitoringARN:   monitoring.Arn,
		// RDS makes missing log groups itself, unencrypted and kept for ever, and
		// fails to start enhanced monitoring with a role that may not do it yet.
		after: append(logs, attachment),
	}
	if err := b.createInstance(parts); err != nil {
		return fmt.Errorf("creating instance: %w", err)
	}
	b.store.ref = b.ref(parts)
	return nil
}

func (b *builder) ref(parts instanceParts) Ref {
	instance := b.store.Instance
	return Ref{
		Host:            instance.Address,
		Port:            instance.Port,
		Database:        pulumi.String(b.in.Database).ToStringOutput(),
		Username:        instance.Username,
		CACertificate:   pulumi.String(b.in.CACertificate).ToStringOutput(),
		ResourceID:      instance.ResourceId,
		SecretARN:       secretARN(instance.MasterUserSecrets),
		SecurityGroupID: parts.securityGroupID,
		KeyARN:          b.store.Key.Arn,
	}
}

// secretARN is the ARN of the first secret. There is none while RDS has not
// answered, as in a preview; the ARN is empty then.
func secretARN(secrets rds.InstanceMasterUserSecretArrayOutput) pulumi.StringOutput {
	return secrets.ApplyT(func(known []rds.InstanceMasterUserSecret) string {
		if len(known) == 0 || known[0].SecretArn == nil {
			return ""
		}
		return *known[0].SecretArn
	}).(pulumi.StringOutput)
}

func (b *builder) child() []pulumi.ResourceOption { return options.Child(b.store) }

func (b *builder) keep() options.Keep {
	return options.Keep{Protect: b.in.Protect, RetainOnDelete: b.in.RetainOnDelete}
}
