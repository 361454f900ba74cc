package settings

import (
	"slices"

	lokispec "github.com/mlops-iac/mlops/components/addons/loki/spec"
	clusterspec "github.com/mlops-iac/mlops/components/cluster/spec"
	loggingspec "github.com/mlops-iac/mlops/components/logging/spec"
	metadatastorespec "github.com/mlops-iac/mlops/components/metadatastore/spec"
	miniospec "github.com/mlops-iac/mlops/components/minio/spec"
	monitoringspec "github.com/mlops-iac/mlops/components/monitoring/spec"
	networkspec "github.com/mlops-iac/mlops/components/network/spec"
	nodegroupspec "github.com/mlops-iac/mlops/components/nodegroup/spec"
	objectstorespec "github.com/mlops-iac/mlops/components/objectstore/spec"
	postgresqlspec "github.com/mlops-iac/mlops/components/postgresql/spec"
	registryspec "github.com/mlops-iac/mlops/components/registry/spec"
	"github.com/mlops-iac/mlops/components/scheduling"
	tenantspec "github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/names"
)

// Defaults that are the same for every environment, or what the smallest and
// cheapest environment needs; others say so in their stack files. Nothing that
// loses data is on by default.
const (
	// DefaultProject is the product's name.
	DefaultProject = "mlops"
	// DefaultBackupRetentionDays is one, which costs nothing extra.
	DefaultBackupRetentionDays = 1
	// DefaultOutOfMemoryKills tells of the first process that was killed: on a
	// node with requests and limits none should be.
	DefaultOutOfMemoryKills = 1
	// DefaultTimeouts tolerates a few slow requests within five minutes.
	DefaultTimeouts = 10
	// DefaultRepository is the image of the inference service tenants run by default.
	DefaultRepository = names.InferenceRepository
	// DefaultRegistryURL is a name that no registry has (mlops.local is for
	// multicast DNS): such images are loaded onto the nodes, as on kind.
	DefaultRegistryURL = "mlops.local"
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
		Network:   networkspec.Default(),
		Cluster:   clusterspec.Default(),
		NodeGroups: map[string]nodegroupspec.NodeGroup{
			"system": nodegroupspec.Default(scheduling.RoleSystem),
			"cpu":    nodegroupspec.Default(scheduling.RoleCPU),
		},
		Registry:      Registry{Registry: defaultRegistry()},
		ObjectStore:   ObjectStore{ObjectStore: objectstorespec.Default()},
		MetadataStore: MetadataStore{MetadataStore: defaultDatabase()},
		Addons: Addons{
			ClusterAutoscaler: on, LoadBalancerController: LoadBalancerController{Enabled: true}, NVIDIADevicePlugin: on, DCGMExporter: on,
		},
		Monitoring: defaultMonitoring(),
		Logs:       Logs{Enabled: true, Logs: defaultLogs()},
	}
}

// defaultKubernetes leaves out what needs GPUs: the clusters people have at
// hand have none.
func defaultKubernetes() Platform {
	return Platform{
		Substrate:  SubstrateKubernetes,
		Project:    DefaultProject,
		Kubernetes: Kubernetes{DNS: tenantspec.DefaultDNS()},
		Registry: Registry{
			URL: DefaultRegistryURL, Registry: registryspec.Registry{Repositories: defaultRepositories()},
		},
		ObjectStore: ObjectStore{
			MinIO:       miniospec.Default(),
			ObjectStore: objectstorespec.ObjectStore{NoncurrentVersionDays: objectstorespec.DefaultNoncurrentVersionDays},
		},
		MetadataStore: MetadataStore{
			PostgreSQL:    postgresqlspec.Default(),
			MetadataStore: metadatastorespec.MetadataStore{EngineVersion: metadatastorespec.DefaultEngineVersion},
		},
		Addons:     Addons{MetricsServer: MetricsServer{Enabled: true}},
		Monitoring: defaultMonitoring(),
		Logs:       Logs{Enabled: true, Destination: LogsToStdout, Loki: Loki{Loki: lokispec.Default()}},
	}
}

func defaultRegistry() registryspec.Registry {
	images := registryspec.Default()
	images.Repositories = defaultRepositories()
	return images
}

func defaultRepositories() []registryspec.Repository {
	return []registryspec.Repository{{Name: DefaultRepository}}
}

func defaultDatabase() metadatastorespec.MetadataStore {
	database := metadatastorespec.Default()
	database.BackupRetentionDays = DefaultBackupRetentionDays
	return database
}

func defaultLogs() loggingspec.Logs {
	logs := loggingspec.Default()
	logs.Alarms = defaultAlarms()
	return logs
}

func defaultAlarms() loggingspec.Alarms {
	return loggingspec.Alarms{OutOfMemoryKills: DefaultOutOfMemoryKills, Timeouts: DefaultTimeouts}
}

func defaultMonitoring() Monitoring {
	return Monitoring{Enabled: true, Monitoring: monitoringspec.Default()}
}

// derive fills in what follows from other values of a stack on AWS. Values it cannot derive
// because those are wrong stay empty; validation reports the cause.
func (p *Platform) derive() {
	if p.AWS.Partition == "" {
		p.AWS.Partition = Partition(awsenv.PartitionOf(p.AWS.Region))
	}
	p.Network = p.Network.Derived(p.AWS.Region)
	if len(p.Cluster.Zones) == 0 {
		p.Cluster.Zones = slices.Clone(p.Network.Zones)
	}
	for name, group := range p.NodeGroups {
		p.NodeGroups[name] = group.Derived(p.Network.Zones)
	}
}
