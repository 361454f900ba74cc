package workloadidentity

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/known"
	"github.com/mlops-iac/mlops/components/internal/tagmap"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/tags"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// AssociationArgs says which service account gets which role.
type AssociationArgs struct {
	// ClusterName is the EKS cluster of the service account; required.
	ClusterName pulumi.StringInput `pulumi:"clusterName"`
	// Namespace of the service account, which need not exist yet; required.
	Namespace string `pulumi:"namespace"`
	// ServiceAccount is its name, and need not exist yet; required.
	ServiceAccount string `pulumi:"serviceAccount"`
	// RoleARN is the role its pods assume; required.
	RoleARN pulumi.StringInput `pulumi:"roleArn"`
	// Tags go on the association.
	Tags map[string]string `pulumi:"tags"`
}

// Associate gives the pods of one service account a role through EKS Pod
// Identity. It makes one resource and no component around it, because there is
// one for every tenant and large stacks are slow. Pods that run already get the
// role when they are started again.
func Associate(ctx *pulumi.Context, name string, args *AssociationArgs, opts ...pulumi.ResourceOption) (*eks.PodIdentityAssociation, error) {
	in := AssociationArgs{}
	if args != nil {
		in = *args
	}
	if err := in.validate(); err != nil {
		return nil, fmt.Errorf("pod identity association %q: %w", name, err)
	}
	return eks.NewPodIdentityAssociation(ctx, name, &eks.PodIdentityAssociationArgs{
		ClusterName:    in.ClusterName,
		Namespace:      pulumi.String(in.Namespace),
		ServiceAccount: pulumi.String(in.ServiceAccount),
		RoleArn:        in.RoleARN,
		Tags:           tagmap.Plain(in.Tags),
	}, opts...)
}

func (a *AssociationArgs) validate() error {
	list := validateServiceAccount(a.Namespace, a.ServiceAccount)
	if a.ClusterName == nil {
		list = append(list, field.Required(field.NewPath("clusterName"), "the cluster of the service account"))
	}
	if a.RoleARN == nil {
		list = append(list, field.Required(field.NewPath("roleArn"), "the role its pods assume"))
	}
	list = append(list, tags.Check(field.NewPath("tags"), a.Tags)...)
	list = append(list, known.Check(field.NewPath("roleArn"), a.RoleARN, awsenv.IsRoleARN, "must be the ARN of an IAM role")...)
	return validation.ToError("", list)
}
