package cluster

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/internal/tagmap"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/names"
)

// Access policies of EKS.
const (
	adminPolicy = "AmazonEKSClusterAdminPolicy"
	// viewerPolicy reads the workloads in every namespace, and no Secrets.
	viewerPolicy = "AmazonEKSViewPolicy"
)

// ViewerGroup is the Kubernetes group of all viewers. Roles that are bound to it add to
// the policy of EKS, which leaves out nodes, roles and custom resources.
const ViewerGroup = names.PlatformGroups + "viewers"

func (c *Cluster) grantAccess(ctx *pulumi.Context, name string, in *Args) error {
	for _, arn := range in.AdminPrincipalARNs {
		association, err := c.newAccess(ctx, name+"-admin-"+awsenv.PrincipalKey(arn), arn, adminPolicy, nil, in)
		if err != nil {
			return fmt.Errorf("administrator %s: %w", arn, err)
		}
		c.adminAccess = append(c.adminAccess, association)
	}
	for _, arn := range in.ViewerPrincipalARNs {
		if _, err := c.newAccess(ctx, name+"-viewer-"+awsenv.PrincipalKey(arn), arn, viewerPolicy, []string{ViewerGroup}, in); err != nil {
			return fmt.Errorf("viewer %s: %w", arn, err)
		}
	}
	for _, arn := range slices.Sorted(maps.Keys(in.PrincipalGroups)) {
		groups := slices.Sorted(slices.Values(in.PrincipalGroups[arn]))
		if _, err := c.newEntry(ctx, name+"-groups-"+awsenv.PrincipalKey(arn), arn, groups, in); err != nil {
			return fmt.Errorf("principal %s: %w", arn, err)
		}
	}
	return nil
}

// newEntry lets a principal log in, as a member of the groups.
func (c *Cluster) newEntry(ctx *pulumi.Context, name, arn string, groups []string, in *Args) (*eks.AccessEntry, error) {
	args := &eks.AccessEntryArgs{
		ClusterName:  c.ref.Name,
		PrincipalArn: pulumi.String(arn),
		Type:         pulumi.String("STANDARD"),
		Tags:         tagmap.Plain(in.Tags),
	}
	if len(groups) > 0 {
		args.KubernetesGroups = pulumi.ToStringArray(groups)
	}
	return eks.NewAccessEntry(ctx, name, args, pulumi.Parent(c))
}

// newAccess lets a principal log in, as a member of the groups, with what a policy of EKS permits.
func (c *Cluster) newAccess(ctx *pulumi.Context, name, arn, policy string, groups []string, in *Args) (pulumi.Resource, error) {
	entry, err := c.newEntry(ctx, name, arn, groups, in)
	if err != nil {
		return nil, err
	}
	return eks.NewAccessPolicyAssociation(ctx, name+"-policy", &eks.AccessPolicyAssociationArgs{
		ClusterName:  c.ref.Name,
		PrincipalArn: entry.PrincipalArn,
		PolicyArn:    pulumi.String("arn:" + in.Partition + ":eks::aws:cluster-access-policy/" + policy),
		AccessScope:  &eks.AccessPolicyAssociationAccessScopeArgs{Type: pulumi.String("cluster")},
	}, pulumi.Parent(c))
}

// newOIDCProvider gives no thumbprint: IAM trusts the root authorities that
// EKS's issuers use, and looking one up would open a TLS connection in a preview.
func (c *Cluster) newOIDCProvider(ctx *pulumi.Context, name string, in *Args) error {
	provider, err := iam.NewOpenIdConnectProvider(ctx, name+"-oidc", &iam.OpenIdConnectProviderArgs{
		Url:           c.ref.OIDCIssuer,
		ClientIdLists: pulumi.StringArray{pulumi.String("sts.amazonaws.com")},
		Tags:          tagmap.Named(in.Tags, in.Name),
	}, pulumi.Parent(c))
	if err != nil {
		return fmt.Errorf("creating OIDC provider: %w", err)
	}
	c.OIDCProvider = provider
	return nil
}
