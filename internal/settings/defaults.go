package settings

import "github.com/mlops-iac/mlops/internal/awsenv"

// Defaults that are the same for every environment, or what the smallest and
// cheapest environment needs; others say so in their stack files. Nothing that
// loses data is on by default.
const (
	// DefaultProject is the product's name.
	DefaultProject = "mlops"
	// DefaultCIDR is the largest VPC AWS allows, in the private block with the
	// most room for peers.
	DefaultCIDR = "10.0.0.0/16"
	// DefaultZoneCount is the least EKS and RDS accept.
	DefaultZoneCount = 2
	// DefaultKubernetesVersion is the newest with a year of standard support ahead.
	DefaultKubernetesVersion = "1.35"
	// MinimumKubernetesMinor is the floor: older versions leave standard support first.
	MinimumKubernetesMinor = 34
	// DefaultServiceCIDR is one of the two ranges EKS itself picks from.
	DefaultServiceCIDR = "172.20.0.0/16"
	// DefaultLogRetentionDays is long enough to look into last month's incident.
	DefaultLogRetentionDays = 30
	// DefaultKeepImages is about a month of daily builds.
	DefaultKeepImages = 30
	// DefaultNoncurrentVersionDays is a month to notice and undo a bad overwrite.
	DefaultNoncurrentVersionDays = 30
	// DefaultAccessLogRetentionDays is a quarter, the span an access review looks back on.
	DefaultAccessLogRetentionDays = 90
	// DefaultEngineVersion is the PostgreSQL major version the platform is built on.
	DefaultEngineVersion = "17"
	// DefaultInstanceClass is two Graviton vCPUs and 2 GiB, enough for the
	// metadata of a few teams.
	DefaultInstanceClass = "db.t4g.small"
	// DefaultAllocatedGiB is the least RDS offers on gp3.
	DefaultAllocatedGiB = 20
	// DefaultMaxAllocatedGiB is five times the start; beyond it somebody should look.
	DefaultMaxAllocatedGiB = 100
	// DefaultBackupRetentionDays is one, which costs nothing extra.
	DefaultBackupRetentionDays = 1
	// DefaultBackupWindow is the quiet hour of European and American users.
	DefaultBackupWindow = "03:00-04:00"
	// DefaultMaintenanceWindow follows the backup on the quietest day.
	DefaultMaintenanceWindow = "sun:04:30-sun:05:30"
	// DefaultMonitoringRetentionDays is a week of metrics.
	DefaultMonitoringRetentionDays = 7
	// DefaultMonitoringStorageGiB holds a week of a million series scraped every
	// 30 s, at 1.5 to 2 bytes a sample.
	DefaultMonitoringStorageGiB = 50
	// DefaultOutOfMemoryKills tells of the first process that was killed: on a
	// node with requests and limits none should be.
	DefaultOutOfMemoryKills = 1
	// DefaultTimeouts tolerates a few slow requests within five minutes.
	DefaultTimeouts = 10
	// DefaultLokiRetentionDays is a week of logs.
	DefaultLokiRetentionDays = 7
	// DefaultLokiStorageGiB holds a week of a few tenants.
	DefaultLokiStorageGiB = 10
	// DefaultRepository is the image of the inference service tenants run by default.
	DefaultRepository = "inference"
	// DefaultRegistryURL is a name that no registry has (mlops.local is for
	// multicast DNS): such images are loaded onto the nodes, as on kind.
	DefaultRegistryURL = "mlops.local"
	// DefaultObjectStoreGiB holds the data and models of a trial.
	DefaultObjectStoreGiB = 20
	// DefaultMetadataStoreGiB holds the metadata of a few teams.
	DefaultMetadataStoreGiB = 10
)

// Default returns the settings of a stack on a substrate that says nothing
// else. They are not valid: required keys are empty.
func Default(substrate Substrate) Platform {
	if substrate == SubstrateKubernetes {
		return defaultKubernetes()
	}
	return defaultAWS()
}

func defaultAWS() Platform {
	on := Addon{Enabled: true}
	return Platform{
		Substrate: SubstrateAWS,
		Project:   DefaultProject,
		Network: Network{
			CIDR: DefaultCIDR, ZoneCount: DefaultZoneCount, NAT: NATSingle,
			FlowLogsRetentionDays: DefaultLogRetentionDays,
		},
		Cluster: Cluster{
			Version: DefaultKubernetesVersion, ServiceCIDR: DefaultServiceCIDR,
			LogRetentionDays: DefaultLogRetentionDays, UpgradePolicy: UpgradeStandard,
		},
		NodeGroups: map[string]NodeGroup{
			string(RoleSystem): DefaultNodeGroup(RoleSystem),
			string(RoleCPU):    DefaultNodeGroup(RoleCPU),
		},
		Registry: Registry{Repositories: defaultRepositories(), KeepImages: DefaultKeepImages},
		ObjectStore: ObjectStore{
			NoncurrentVersionDays:  DefaultNoncurrentVersionDays,
			AccessLogRetentionDays: DefaultAccessLogRetentionDays,
		},
		MetadataStore: MetadataStore{
			EngineVersion: DefaultEngineVersion, InstanceClass: DefaultInstanceClass,
			AllocatedGiB: DefaultAllocatedGiB, MaxAllocatedGiB: DefaultMaxAllocatedGiB,
			BackupRetentionDays: DefaultBackupRetentionDays, BackupWindow: DefaultBackupWindow,
			MaintenanceWindow: DefaultMaintenanceWindow, LogRetentionDays: DefaultLogRetentionDays,
		},
		Addons: Addons{
			ClusterAutoscaler: on, LoadBalancerController: on, NVIDIADevicePlugin: on, DCGMExporter: on,
		},
		Monitoring: defaultMonitoring(),
		Logs: Logs{
			Enabled: true, RetentionDays: DefaultLogRetentionDays,
			Alarms: LogAlarms{OutOfMemoryKills: DefaultOutOfMemoryKills, Timeouts: DefaultTimeouts},
		},
	}
}

// defaultKubernetes leaves out what needs GPUs: the clusters people have at
// hand have none.
func defaultKubernetes() Platform {
	return Platform{
		Substrate:     SubstrateKubernetes,
		Project:       DefaultProject,
		Registry:      Registry{URL: DefaultRegistryURL, Repositories: defaultRepositories()},
		ObjectStore:   ObjectStore{StorageGiB: DefaultObjectStoreGiB, NoncurrentVersionDays: DefaultNoncurrentVersionDays},
		MetadataStore: MetadataStore{StorageGiB: DefaultMetadataStoreGiB, EngineVersion: DefaultEngineVersion},
		Addons:        Addons{MetricsServer: MetricsServer{Enabled: true}},
		Monitoring:    defaultMonitoring(),
		Logs: Logs{
			Enabled: true, Destination: LogsToStdout,
			Loki: Loki{RetentionDays: DefaultLokiRetentionDays, StorageGiB: DefaultLokiStorageGiB},
		},
	}
}

func defaultRepositories() []Repository { return []Repository{{Name: DefaultRepository}} }

func defaultMonitoring() Monitoring {
	return Monitoring{
		Enabled: true, RetentionDays: DefaultMonitoringRetentionDays, StorageGiB: DefaultMonitoringStorageGiB,
	}
}

// DefaultNodeGroup returns what a node group of a role has when the stack file
// says no more than the role. For an unknown role that is the role alone.
func DefaultNodeGroup(role Role) NodeGroup {
	group := NodeGroup{Role: role, CapacityType: OnDemand, DiskSizeGiB: 100}
	switch role {
	case RoleSystem:
		// Two nodes, so that add-ons survive the loss of one.
		group.InstanceTypes = []string{"m6i.large"}
		group.MinSize, group.MaxSize, group.DesiredSize = 2, 4, 2
	case RoleCPU:
		group.InstanceTypes = []string{"m6i.xlarge"}
		group.MinSize, group.MaxSize, group.DesiredSize = 1, 10, 1
	case RoleGPU:
		// The smallest current type with an NVIDIA GPU of 24 GiB; the image and
		// the container images with CUDA need the larger disk.
		group.InstanceTypes, group.DiskSizeGiB = []string{"g5.xlarge"}, 200
		group.MaxSize = 4
	case RoleSpot:
		// Types of one size, so that a node is a node whichever EC2 gives, from
		// more pools than the four required.
		group.InstanceTypes = []string{"m6i.xlarge", "m5.xlarge", "m6a.xlarge", "m5a.xlarge", "m7i.xlarge"}
		group.CapacityType = Spot
		group.MaxSize = 10
	default:
		return NodeGroup{Role: role}
	}
	return group
}

// derive fills in what follows from other values of a stack on AWS. Values it cannot derive
// because those are wrong stay empty; validation reports the cause.
func (p *Platform) derive() {
	if p.AWS.Partition == "" {
		p.AWS.Partition = Partition(awsenv.PartitionOf(p.AWS.Region))
	}
	p.Network.derive(p.AWS.Region)
	for name, group := range p.NodeGroups {
		p.NodeGroups[name] = group.derived(p.Network.Zones)
	}
}

// derive names the zones that ZoneCount asks for.
func (n *Network) derive(region string) {
	if len(n.Zones) > 0 || !awsenv.IsRegion(region) || n.ZoneCount < minZones || n.ZoneCount > maxZoneCount {
		return
	}
	for i := range n.ZoneCount {
		n.Zones = append(n.Zones, region+string(rune('a'+i)))
	}
}

// derived puts GPU groups into the first zone and picks the image that fits the
// instance types.
func (g NodeGroup) derived(zones []string) NodeGroup {
	if g.Role == RoleGPU && g.Zone == "" && len(zones) > 0 {
		g.Zone = zones[0]
	}
	if g.AMIType == "" && len(g.InstanceTypes) > 0 {
		if kind, err := parseInstance(g.InstanceTypes[0]); err == nil {
			g.AMIType = kind.image()
		}
	}
	return g
}
