package workloadidentity

import (
	"fmt"
	"path"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/internal/contract"
	"github.com/mlops-iac/mlops/components/internal/tagmap"
)

// Token is the type of the component; it is part of every URN below it.
const Token = "mlops:index:WorkloadIdentity"

// RoleAnnotation on a service account names the role of ModeIRSA.
const RoleAnnotation = "eks.amazonaws.com/role-arn"

// WorkloadIdentity is the identity of one service account, or of many when shared.
type WorkloadIdentity struct {
	pulumi.ResourceState

	// Role is the IAM role that the pods assume.
	Role *iam.Role

	// The outputs, as in Ref.
	RoleARN                   pulumi.StringOutput    `pulumi:"roleArn"`
	RoleName                  pulumi.StringOutput    `pulumi:"roleName"`
	ServiceAccountAnnotations pulumi.StringMapOutput `pulumi:"serviceAccountAnnotations"`

	ref   Ref
	ready []pulumi.Resource
}

// Ref returns what a workload needs to know.
func (w *WorkloadIdentity) Ref() Ref { return w.ref }

// Ready returns what must exist before a pod is started with the identity: the
// permissions of the role and, with ModePodIdentity, the association. Depend on
// these and not on the component, whose children the SDK registers in the
// background.
func (w *WorkloadIdentity) Ready() []pulumi.Resource { return slices.Clone(w.ready) }

// New builds a workload identity; every error in args is reported in one error.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*WorkloadIdentity, error) {
	in := args.withDefaults()
	if err := in.validate(name); err != nil {
		return nil, fmt.Errorf("workload identity %q: %w", name, err)
	}
	identity := &WorkloadIdentity{}
	if err := ctx.RegisterComponentResourceV2(Token, name, in.inputs(), identity, opts...); err != nil {
		return nil, err
	}
	if err := identity.create(ctx, name, in); err != nil {
		return nil, fmt.Errorf("workload identity %q: %w", name, err)
	}
	identity.ref = Ref{
		RoleARN:                   identity.Role.Arn,
		RoleName:                  identity.Role.Name,
		ServiceAccountAnnotations: identity.annotations(in.Mode),
	}
	return identity, contract.Register(ctx, identity, identity.ref)
}

func (w *WorkloadIdentity) create(ctx *pulumi.Context, name string, in *Args) error {
	if err := w.createRole(ctx, name, in); err != nil {
		return fmt.Errorf("creating role: %w", err)
	}
	permissions, err := w.grant(ctx, name, in)
	if err != nil {
		return fmt.Errorf("granting permissions: %w", err)
	}
	w.ready = append([]pulumi.Resource{w.Role}, permissions...)
	if in.Shared || in.Mode != ModePodIdentity {
		return nil
	}
	// A pod that starts with the association but without the permissions would be
	// refused and may not try again.
	association, err := Associate(ctx, name+"-association", &AssociationArgs{
		ClusterName:    in.ClusterName,
		Namespace:      in.Namespace,
		ServiceAccount: in.ServiceAccount,
		RoleARN:        w.Role.Arn,
		Tags:           in.Tags,
	}, pulumi.Parent(w), pulumi.DependsOn(permissions))
	w.ready = append(w.ready, association)
	return err
}

func (w *WorkloadIdentity) createRole(ctx *pulumi.Context, name string, in *Args) error {
	subject := "Pods of many namespaces, told apart by session tags"
	if !in.Shared {
		subject = fmt.Sprintf("Service account %s/%s", in.Namespace, in.ServiceAccount)
	}
	args := &iam.RoleArgs{
		Description:        pulumi.String(subject),
		AssumeRolePolicy:   in.trust(),
		MaxSessionDuration: pulumi.Int(in.MaxSessionDuration),
		Tags:               tagmap.Plain(in.Tags),
	}
	if in.PermissionsBoundaryARN != "" {
		args.PermissionsBoundary = pulumi.String(in.PermissionsBoundaryARN)
	}
	var err error
	w.Role, err = iam.NewRole(ctx, name+"-role", args, pulumi.Parent(w))
	return err
}

// grant returns the resources that give the role its permissions.
func (w *WorkloadIdentity) grant(ctx *pulumi.Context, name string, in *Args) ([]pulumi.Resource, error) {
	var permissions []pulumi.Resource
	if len(in.Statements) > 0 {
		policy, err := iam.NewRolePolicy(ctx, name+"-policy", &iam.RolePolicyArgs{
			Role:   w.Role.Name,
			Policy: iampolicy.Document(in.Statements...),
		}, pulumi.Parent(w))
		if err != nil {
			return nil, err
		}
		permissions = append(permissions, policy)
	}
	for _, arn := range in.ManagedPolicyARNs {
		attachment, err := iam.NewRolePolicyAttachment(ctx, name+"-"+path.Base(arn), &iam.RolePolicyAttachmentArgs{
			Role:      w.Role.Name,
			PolicyArn: pulumi.String(arn),
		}, pulumi.Parent(w))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", arn, err)
		}
		permissions = append(permissions, attachment)
	}
	return permissions, nil
}

// annotations are what the service account must carry.
func (w *WorkloadIdentity) annotations(mode Mode) pulumi.StringMapOutput {
	annotations := pulumi.StringMap{}
	if mode == ModeIRSA {
		annotations[RoleAnnotation] = w.Role.Arn
	}
	return annotations.ToStringMapOutput()
}
