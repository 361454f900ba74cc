package platform

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/components/network"
	"github.com/mlops-iac/mlops/components/objectstore"
	"github.com/mlops-iac/mlops/components/registry"
	"github.com/mlops-iac/mlops/components/workloadidentity"
	"github.com/mlops-iac/mlops/internal/settings"
)

func (b *build) newNetwork(ctx *pulumi.Context, opts ...pulumi.ResourceOption) (*network.Network, error) {
	in := b.settings
	vpc, err := network.New(ctx, b.name("network"), &network.Args{
		Region: in.AWS.Region, AccountID: in.AWS.AccountID, Partition: string(in.AWS.Partition),
		CIDR: in.Network.CIDR, Zones: in.Network.Zones, ZoneIDs: in.Network.ZoneIDs,
		ClusterName: b.clusterName(), NAT: network.NATMode(in.Network.NAT),
		InterfaceEndpoints: in.Network.InterfaceEndpoints,
		FlowLogs:           network.FlowLogs{RetentionDays: in.Network.FlowLogsRetentionDays, RetainOnDelete: in.RetainOnDelete},
		Protect:            in.Protect, Tags: b.tags,
	}, opts...)
	if err != nil {
		return nil, err
	}
	return vpc, nil
}

func (b *build) newCluster(ctx *pulumi.Context, vpc *network.Network, opts ...pulumi.ResourceOption) (*cluster.Cluster, error) {
	in := b.settings
	control, err := cluster.New(ctx, b.name("cluster"), &cluster.Args{
		Name: b.clusterName(), AccountID: in.AWS.AccountID, Region: in.AWS.Region, Partition: string(in.AWS.Partition),
		VPCID: vpc.Ref().VPCID, VPCCIDR: in.Network.CIDR, PrivateSubnetIDs: vpc.Ref().PrivateSubnetIDs,
		AdminPrincipalARNs: in.Cluster.AdminPrincipalARNs, ViewerPrincipalARNs: in.Cluster.ViewerPrincipalARNs,
		Version: in.Cluster.Version, ServiceCIDR: in.Cluster.ServiceCIDR, PublicAccessCIDRs: in.Cluster.PublicAccessCIDRs,
		LogRetentionDays: in.Cluster.LogRetentionDays, AddonVersions: in.Cluster.AddonVersions,
		CredentialProfile: in.AWS.Profile, CredentialRoleARN: in.AWS.DeployRoleARN,
		Protect: in.Protect, RetainOnDelete: in.RetainOnDelete, Tags: b.tags,
	}, opts...)
	if err != nil {
		return nil, err
	}
	return control, nil
}

// newStores builds what outlives the cluster: images, objects, metadata, and
// the identity with which tenants reach them.
func (b *build) newStores(ctx *pulumi.Context, on *amazon, opts ...pulumi.ResourceOption) error {
	images, err := b.newRegistry(ctx, on, opts...)
	if err != nil {
		return err
	}
	objects, err := b.newObjectStore(ctx, opts...)
	if err != nil {
		return err
	}
	metadata, err := b.newMetadataStore(ctx, on, opts...)
	if err != nil {
		return err
	}
	on.images, on.objects, on.metadata = images.Ref(), objects.Ref(), metadata.Ref()
	identity, err := b.newTenantIdentity(ctx, on, opts...)
	if err != nil {
		return err
	}
	on.tenants = identity.Ref()
	return nil
}

func (b *build) newRegistry(ctx *pulumi.Context, on *amazon, opts ...pulumi.ResourceOption) (*registry.Registry, error) {
	in := b.settings
	repositories := make([]registry.Repository, len(in.Registry.Repositories))
	for i, r := range in.Registry.Repositories {
		repositories[i] = registry.Repository{Name: r.Name, Tenants: r.Tenants}
	}
	images, err := registry.New(ctx, b.name("registry"), &registry.Args{
		Repositories: repositories, Prefix: b.prefix(), KeepImages: in.Registry.KeepImages, PullPrincipalARNs: on.nodeRoles,
		AccountID: in.AWS.AccountID, Partition: string(in.AWS.Partition),
		Protect: in.Protect, RetainOnDelete: in.RetainOnDelete, ForceDelete: in.Registry.ForceDelete, Tags: b.tags,
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
		NoncurrentDays: in.ObjectStore.NoncurrentVersionDays, AccessLogDays: in.ObjectStore.AccessLogRetentionDays,
		Replication: replication(in.ObjectStore.Replication), ForceDestroy: in.ObjectStore.ForceDestroy,
		Protect: in.Protect, RetainOnDelete: in.RetainOnDelete, Tags: b.tags,
	}, opts...)
	if err != nil {
		return nil, err
	}
	return objects, nil
}

func (b *build) newMetadataStore(ctx *pulumi.Context, on *amazon, opts ...pulumi.ResourceOption) (*metadatastore.MetadataStore, error) {
	in := b.settings
	db := in.MetadataStore
	metadata, err := metadatastore.New(ctx, b.name("metadata"), &metadatastore.Args{
		Network:   metadatastore.Network{VPCID: on.network.VPCID, SubnetIDs: on.network.DatabaseSubnetIDs},
		AccountID: in.AWS.AccountID, Region: in.AWS.Region, Partition: string(in.AWS.Partition),
		AllowedSecurityGroupIDs: []pulumi.StringInput{on.cluster.SecurityGroupID},
		Instance:                metadatastore.Instance{EngineVersion: db.EngineVersion, Class: db.InstanceClass, MultiAZ: db.MultiAZ},
		Storage:                 metadatastore.Storage{AllocatedStorage: db.AllocatedGiB, MaxAllocatedStorage: db.MaxAllocatedGiB},
		Backup: metadatastore.Backup{
			RetentionDays: db.BackupRetentionDays, Window: db.BackupWindow, SkipFinalSnapshot: db.SkipFinalSnapshot,
		},
		MaintenanceWindow: db.MaintenanceWindow, LogRetentionDays: db.LogRetentionDays,
		DeletionProtection: db.DeletionProtection,
		Protect:            in.Protect, RetainOnDelete: in.RetainOnDelete, Tags: b.tags,
	}, opts...)
	if err != nil {
		return nil, err
	}
	return metadata, nil
}

// newTenantIdentity makes the one role all tenants share.
func (b *build) newTenantIdentity(ctx *pulumi.Context, on *amazon, opts ...pulumi.ResourceOption) (*workloadidentity.WorkloadIdentity, error) {
	in := b.settings
	var buckets []pulumi.StringInput
	for _, role := range objectstore.Roles() {
		buckets = append(buckets, on.objects.BucketARNs.MapIndex(pulumi.String(role)))
	}
	identity, err := workloadidentity.New(ctx, b.name("tenants"), &workloadidentity.Args{
		ClusterName: on.cluster.Name, ClusterARN: on.cluster.ARN, Shared: true, AccountID: in.AWS.AccountID,
		Statements: workloadidentity.TenantStatements(workloadidentity.TenantAccess{
			BucketARNs: buckets, KeyARN: on.objects.KeyARN, Region: in.AWS.Region, AccountID: in.AWS.AccountID,
			Partition: string(in.AWS.Partition), DatabaseResourceID: on.metadata.ResourceID,
		}),
		Tags: b.tags,
	}, opts...)
	if err != nil {
		return nil, err
	}
	return identity, nil
}

func replication(r *settings.Replication) *objectstore.Replication {
	if r == nil {
		return nil
	}
	copies := make(map[objectstore.Role]pulumi.StringInput, len(r.DestinationBucketARNs))
	for role, arn := range r.DestinationBucketARNs {
		copies[objectstore.Role(role)] = pulumi.String(arn)
	}
	return &objectstore.Replication{DestinationBucketARNs: copies, DestinationKeyARN: pulumi.String(r.DestinationKeyARN)}
}
