package tenant

import (
	"github.com/mlops-iac/mlops/components/internal/netpolicy"
	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/shared/names"
)

// Token is the type of the component in every URN.
const Token = names.TenantToken

// TenantLabel is on every object of a tenant; its value is the tenant.
const TenantLabel = names.TenantLabel

// Names inside the namespace, the same for every tenant.
const (
	// InferenceName is the Deployment and all that belongs to it.
	InferenceName = "inference"
	// TrainingName is the CronJob.
	TrainingName = "training"
	// CheckpointClaimName is the PersistentVolumeClaim of training.
	CheckpointClaimName = "training-checkpoints"
	// ServiceAccountName is the ServiceAccount of every pod the component makes.
	ServiceAccountName = "workload"
	// CredentialsName is the Secret with Args.Credentials.
	CredentialsName = "credentials"
	// ViewerName and EditorName are the Roles of people.
	ViewerName = "viewer"
	EditorName = "editor"
)

// CredentialsPath is the folder of the files of Args.Credentials in every pod.
const CredentialsPath = "/etc/mlops/credentials"

// ServicePort is the port of the Service: the one of HTTP, so URLs need none.
const ServicePort = 80

// UserID is the user and group containers run as. It is the "nonroot" user of
// distroless images and does not exist on nodes.
const UserID = 65532

// Times, in seconds.
const (
	// DrainSeconds is spec.DrainSeconds.
	DrainSeconds = spec.DrainSeconds
	// GracePeriodSeconds is spec.GracePeriodSeconds.
	GracePeriodSeconds = spec.GracePeriodSeconds
	// StartupSeconds is spec.StartupSeconds.
	StartupSeconds = spec.StartupSeconds
	// ScaleDownSeconds is how long load must be low before replicas go:
	// Kubernetes' own default, stated because the platform promises it.
	ScaleDownSeconds = 300
	// ScrapeSeconds between two scrapes of the metrics.
	ScrapeSeconds = 30
	// FinishedJobSeconds is how long a finished job can be looked at: a week.
	FinishedJobSeconds = 604800
)

// Space on the node's disk. Without bounds one tenant could fill it for all.
const (
	// TmpSize is the writable /tmp of a replica.
	TmpSize = "256Mi"
	// ScratchSize is the writable /tmp of a training job.
	ScratchSize = "10Gi"
	// LogSize is added to both for logs, which count against the same limit.
	LogSize = "512Mi"
	// SharedMemorySize is /dev/shm of a training job. Data loaders pass batches
	// through it, and the runtime's default of 64 MiB makes them crash. It counts
	// against the memory limit.
	SharedMemorySize = "1Gi"
	// MinVolumeSize is the smallest volume that can be asked for, the smallest
	// of EBS gp3.
	MinVolumeSize = spec.MinVolumeSize
)

// Objects in the control plane's store, which all tenants share: each may be up to
// 1 MiB, and EKS ends writes of everybody when the store holds 8 GiB.
const (
	// MaxConfigMaps is how many ConfigMaps a tenant may have, its own among them.
	MaxConfigMaps = 50
	// MaxSecrets is how many Secrets a tenant may have, its own among them.
	MaxSecrets = 20
)

// SampleLimit is how many time series one replica may expose; a metric with a
// label per customer must not take the monitoring of all tenants down.
const SampleLimit = 5000

// PodIdentityCIDR and PodIdentityPort are where the EKS Pod Identity agent on
// the node hands out credentials.
const (
	PodIdentityCIDR = netpolicy.PodIdentityCIDR
	PodIdentityPort = netpolicy.PodIdentityPort
)

// DefaultMonitoring is where the monitoring component runs Prometheus.
func DefaultMonitoring() Peers {
	return Peers{Pods: []PodSelector{{
		Namespace: "monitoring", Labels: map[string]string{"app.kubernetes.io/name": "prometheus"},
	}}}
}

// DefaultIngressController is where the chart of ingress-nginx runs it.
func DefaultIngressController() Peers {
	return Peers{Pods: []PodSelector{{
		Namespace: "ingress-nginx", Labels: map[string]string{"app.kubernetes.io/name": "ingress-nginx"},
	}}}
}

func (p Peers) isZero() bool { return len(p.CIDRs) == 0 && p.Ranges == nil && len(p.Pods) == 0 }

// orDefault returns the fallback for a value that nothing was set in.
func orDefault[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.Serving.Replicas = orDefault(in.Serving.Replicas, spec.DefaultReplicas())
	in.Serving.Resources = orDefault(in.Serving.Resources, spec.DefaultResources())
	in.Serving.Port = orDefault(in.Serving.Port, spec.DefaultPort)
	in.LimitRange = orDefault(in.LimitRange, spec.DefaultLimitRange())
	in.Placement = orDefault(in.Placement, PlacementRequired)
	if in.Ingress != nil {
		ingress := *in.Ingress
		if len(ingress.Paths) == 0 {
			ingress.Paths = spec.DefaultPaths()
		}
		in.Ingress = &ingress
	}
	if in.Network.Monitoring.isZero() {
		in.Network.Monitoring = DefaultMonitoring()
	}
	if in.Network.IngressController.isZero() {
		in.Network.IngressController = DefaultIngressController()
	}
	quota := spec.DefaultQuota()
	if in.Training != nil {
		in.Training = in.Training.withDefaults(in)
		quota.GPUs = max(in.Training.GPUs, 0)
	}
	in.Quota = orDefault(in.Quota, quota)
	return &in
}

func (t *Training) withDefaults(a Args) *Training {
	job := *t
	job.Schedule = orDefault(job.Schedule, spec.OnDemand)
	if job.Image == nil {
		job.Image = a.Image
	}
	job.Resources = orDefault(job.Resources, spec.DefaultTrainingResources())
	job.CheckpointStorage = orDefault(job.CheckpointStorage, spec.DefaultCheckpointStorage)
	job.CheckpointAccessMode = orDefault(job.CheckpointAccessMode, spec.DefaultCheckpointAccessMode)
	job.DeadlineHours = orDefault(job.DeadlineHours, spec.DefaultDeadlineHours)
	return &job
}
