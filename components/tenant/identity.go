package tenant

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/tagmap"
	"github.com/mlops-iac/mlops/internal/shared/tags"
)

// podIdentity says that pods get AWS credentials from the agent on their node.
func (a *Args) podIdentity() bool { return a.Identity != nil && a.Identity.ClusterName != nil }

// createIdentity returns what must be there before the first pod. The
// association is in AWS, so it does not vanish with the namespace.
func (b *builder) createIdentity() ([]pulumi.Resource, error) {
	if !b.in.podIdentity() {
		return nil, nil
	}
	association, err := eks.NewPodIdentityAssociation(b.ctx, b.name+"-identity", &eks.PodIdentityAssociationArgs{
		ClusterName:    b.in.Identity.ClusterName,
		Namespace:      b.namespace,
		ServiceAccount: pulumi.String(ServiceAccountName),
		RoleArn:        b.in.Identity.RoleARN,
		Tags:           tagmap.With(b.in.Identity.Tags, map[string]string{tags.Tenant: b.in.Name}),
	}, pulumi.Parent(b.tenant))
	if err != nil {
		return nil, fmt.Errorf("associating the identity: %w", err)
	}
	return []pulumi.Resource{association}, nil
}
