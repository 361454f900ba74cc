package platform

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/components/network"
	"github.com/mlops-iac/mlops/components/objectstore"
	"github.com/mlops-iac/mlops/components/objectstore/spec"
	"github.com/mlops-iac/mlops/components/registry"
	"github.com/mlops-iac/mlops/components/workloadidentity"
)

func (b *build) newNetwork(ctx *pulumi.Context, opts ...pulumi.ResourceOption) (*network.Network, error) {
	in := b.settings
	vpc, err := network.New(ctx, b.name("network"), &network.Args{
		Network: in.Network, Region: in.AWS.Region, AccountID: in.AWS.AccountID, Partition: string(in.AWS.Partition),
		ClusterName: b.clusterName(), RetainOnDelete: in.RetainOnDelete, Protect: in.Protect, Tags: b.tags,
	}, opts...)
	if err != nil {
		return nil, err
	}
	return vpc, nil
}

func (b *build) newCluster(ctx *pulumi.Context, vpc *network.Network, opts ...pulumi.ResourceOption) (*cluster.Cluster, error) {
	in := b.settings
	control, err := cluster.New(ctx, b.name("cluster"), &cluster.Args{
		Cluster: in.Cluster, Name: b.clusterName(),
		AccountID: in.AWS.AccountID, Region: in.AWS.Region, Partition: string(in.AWS.Partition),
		VPCID: vpc.Ref().VPCID, VPCCIDR: in.Network.CIDR, PrivateSubnetIDs: vpc.Ref().PrivateSubnetIDs,
		SubnetZones:       in.Network.Zones,
		PrincipalGroups:   b.principalGroups(),
		CredentialProfile: in.AWS.Profile, CredentialRoleARN: in.AWS.DeployRoleARN,
		Protect: in.Protect, RetainOnDelete: in.RetainOnDelete, Tags: b.tags,
	}, opts...)
	if err != nil {
		return nil, err
	}
	return control, nil
}

// awsStores are what outlives the cluster, and the way of tenants into it.
type awsStores struct {
	images   registry.Ref
	objects  objectstore.Ref
	metadata metadatastore.Ref
	// tenants is the one role all tenants share; their session tags keep them apart.
	tenants workloadidentity.Ref
}

// newStores builds what outlives the cluster: images, objects, metadata, and
// the identity with which tenants reach them. nodeRoles are the roles of the
// nodes, which pull the images.
func (b *build) newStores(
	ctx *pulumi.Context, vpc network.Ref, control cluster.Ref, nodeRoles []pulumi.StringInput, opts ...pulumi.ResourceOption,
) (awsStores, error) {
	images, err := b.newRegistry(ctx, nodeRoles, opts...)
	if err != nil {
		return awsStores{}, err
	}
	objects, err := b.newObjectStore(ctx, opts...)
	if err != nil {
		return awsStores{}, err
	}
	metadata, err := b.newMetadataStore(ctx, vpc, control, opts...)
	if err != nil {
		return awsStores{}, err
	}
	identity, err := b.newTenantIdentity(ctx, control, objects.Ref(), metadata.Ref(), opts...)
	if err != nil {
		return awsStores{}, err
	}
	return awsStores{images: images.Ref(), objects: objects.Ref(), metadata: metadata.Ref(), tenants: identity.Ref()}, nil
}

func (b *build) newRegistry(ctx *pulumi.Context, nodeRoles []pulumi.StringInput, opts ...pulumi.ResourceOption) (*registry.Registry, error) {
	in := b.settings
	images, err := registry.New(ctx, b.name("registry"), &registry.Args{
		Registry: in.Registry.Registry, Prefix: b.prefix(), PullPrincipalARNs: nodeRoles,
		AccountID: in.AWS.AccountID, Partition: string(in.AWS.Partition),
		Protect: in.Protect, RetainOnDelete: in.RetainOnDelete, Tags: b.tags,
	}, opts...)
	if err != nil {
		return nil, err
	}
	return images, nil
}

func (b *build) newObjectStore(ctx *pulumi.Context, opts ...pulumi.ResourceOption) (*objectstore.ObjectStore, error) {
	in := b.settings
	objects, err := objectstore.New(ctx, b.name("objects"), &objectstore.Args{
		AccountID: in.AWS.AccountID, Region: in.AWS.Region, Partition: string(in.AWS.Partition),
		ObjectStore: in.ObjectStore.ObjectStore, Replication: replication(in.ObjectStore.Replication),
		Protect: in.Protect, RetainOnDelete: in.RetainOnDelete, Tags: b.tags,
	}, opts...)
	if err != nil {
		return nil, err
	}
	return objects, nil
}

func (b *build) newMetadataStore(
	ctx *pulumi.Context, vpc network.Ref, control cluster.Ref, opts ...pulumi.ResourceOption,
) (*metadatastore.MetadataStore, error) {
	in := b.settings
	metadata, err := metadatastore.New(ctx, b.name("metadata"), &metadatastore.Args{
		MetadataStore: in.MetadataStore.MetadataStore,
		Network:       metadatastore.Network{VPCID: vpc.VPCID, SubnetIDs: vpc.DatabaseSubnetIDs},
		AccountID:     in.AWS.AccountID, Region: in.AWS.Region, Partition: string(in.AWS.Partition),
		AllowedSecurityGroupIDs: []pulumi.StringInput{control.SecurityGroupID},
		Protect:                 in.Protect, RetainOnDelete: in.RetainOnDelete, Tags: b.tags,
	}, opts...)
	if err != nil {
		return nil, err
	}
	return metadata, nil
}

// newTenantIdentity makes the one role all tenants share.
func (b *build) newTenantIdentity(
	ctx *pulumi.Context, control cluster.Ref, objects objectstore.Ref, metadata metadatastore.Ref, opts ...pulumi.ResourceOption,
) (*workloadidentity.WorkloadIdentity, error) {
	in := b.settings
	var buckets []pulumi.StringInput
	for _, role := range spec.Roles() {
		buckets = append(buckets, objects.BucketARNs.MapIndex(pulumi.String(role)))
	}
	identity, err := workloadidentity.New(ctx, b.name("tenants"), &workloadidentity.Args{
		ClusterName: control.Name, ClusterARN: control.ARN, Shared: true, AccountID: in.AWS.AccountID,
		Statements: workloadidentity.TenantStatements(workloadidentity.TenantAccess{
			BucketARNs: buckets, KeyARN: objects.KeyARN, Region: in.AWS.Region, AccountID: in.AWS.AccountID,
			Partition: string(in.AWS.Partition), DatabaseResourceID: metadata.ResourceID,
		}),
		Tags: b.tags,
	}, opts...)
	if err != nil {
		return nil, err
	}
	return identity, nil
}

func replication(r *spec.Replication) *objectstore.Replication {
	if r == nil {
		return nil
	}
	copies := make(map[spec.Role]pulumi.StringInput, len(r.DestinationBucketARNs))
	for role, arn := range r.DestinationBucketARNs {
		copies[role] = pulumi.String(arn)
	}
	return &objectstore.Replication{DestinationBucketARNs: copies, DestinationKeyARN: pulumi.String(r.DestinationKeyARN)}
}
