package spec

import "github.com/mlops-iac/mlops/internal/shared/names"

// ModelKind is the kind of model that the platform's own inference server trains and serves.
type ModelKind string

// The kinds of models.
const (
	// ModelSentiment tells positive English texts from negative ones.
	ModelSentiment ModelKind = names.ModelSentiment
	// ModelDefects finds defective parts by the measurements of a production line.
	ModelDefects ModelKind = names.ModelDefects
)

// Values lists what is supported.
func (ModelKind) Values() []string { return names.ModelKinds() }

// AccessMode says who may mount a volume at the same time.
type AccessMode string

// The access modes.
const (
	// ReadWriteOnce lets every pod of one node mount it.
	ReadWriteOnce AccessMode = "ReadWriteOnce"
	// ReadWriteOncePod lets a single pod of the cluster mount it.
	ReadWriteOncePod AccessMode = "ReadWriteOncePod"
)

// Values lists what is supported.
func (AccessMode) Values() []string {
	return []string{string(ReadWriteOnce), string(ReadWriteOncePod)}
}

// Compute is an amount of CPU and memory.
type Compute struct {
	// CPU in Kubernetes' notation: whole cores as in "2", or thousandths as in "500m".
	CPU string `json:"cpu" pulumi:"cpu"`
	// Memory in Kubernetes' notation, for example "512Mi" or "16Gi".
	Memory string `json:"memory" pulumi:"memory"`
}

// Resources are the requests and the limits of one container.
type Resources struct {
	// Requests are reserved on the node and drive autoscaling: usage in percent is a share of the CPU request.
	Requests Compute `json:"requests" pulumi:"requests"`
	// Limits are the most a container gets: above the CPU limit it is slowed down, above the memory limit it is killed.
	Limits Compute `json:"limits" pulumi:"limits"`
}

// Replicas says how many pods serve, and when there are more of them.
type Replicas struct {
	// Min is the number of replicas that always run; at least 1. With fewer than 2, a drained node interrupts service.
	Min int `json:"min" pulumi:"min"`
	// Max is the number of replicas the autoscaler never exceeds.
	Max int `json:"max" pulumi:"max"`
	// TargetCPUPercent is the average CPU use, in percent of the request, above which replicas are added; 1 to 100.
	TargetCPUPercent int `json:"targetCPUPercent" pulumi:"targetCPUPercent"`
}

// Quota is the most that everything in the namespace of a tenant may use together.
type Quota struct {
	// CPU bounds the sum of the CPU requests, and of the CPU limits, of all pods.
	CPU string `json:"cpu" pulumi:"cpu"`
	// Memory bounds the sum of the memory requests, and of the memory limits, of all pods.
	Memory string `json:"memory" pulumi:"memory"`
	// Pods is the number of pods that have not ended.
	Pods int `json:"pods" pulumi:"pods"`
	// PersistentVolumeClaims is the number of volumes.
	PersistentVolumeClaims int `json:"persistentVolumeClaims" pulumi:"persistentVolumeClaims"`
	// Storage bounds the sum of the sizes of all volumes.
	Storage string `json:"storage" pulumi:"storage"`
	// GPUs is the number of NVIDIA GPUs; 0 forbids them.
	GPUs int `json:"gpus" pulumi:"gpus"`
	// Jobs is the number of jobs, those that have ended included, which are kept until somebody deletes them.
	Jobs int `json:"jobs" pulumi:"jobs"`
}

// LimitRange holds the resources of containers that state none, and the
// size a single volume may have. The platform's own pods state theirs; this
// concerns pods that people of the tenant start by hand.
type LimitRange struct {
	// DefaultRequests are the requests of a container that states none.
	DefaultRequests Compute `json:"defaultRequests" pulumi:"defaultRequests"`
	// DefaultLimits are the limits of a container that states none.
	DefaultLimits Compute `json:"defaultLimits" pulumi:"defaultLimits"`
	// MaxVolumeSize is the largest size of one volume.
	MaxVolumeSize string `json:"maxVolumeSize" pulumi:"maxVolumeSize"`
}

// Subjects are users and groups as the cluster's authentication names them. On
// EKS a group is a Kubernetes group of an access entry.
type Subjects struct {
	// Groups are names of groups. Prefer them to users: people come and go.
	Groups []string `json:"groups" pulumi:"groups"`
	// Users are names of single users.
	Users []string `json:"users" pulumi:"users"`
}

// People are those who may use the namespace of a tenant.
type People struct {
	// Viewers may read everything but secrets.
	Viewers Subjects `json:"viewers" pulumi:"viewers"`
	// Editors may also start jobs and debug pods, but change neither access, quota, network rules nor secrets.
	Editors Subjects `json:"editors" pulumi:"editors"`
}

// Egress opens the way out to one range of addresses.
type Egress struct {
	// Description says what is there and who needs it.
	Description string `json:"description" pulumi:"description" required:"what is there and who needs it"`
	// CIDR is the range of addresses, for example "203.0.113.0/24".
	CIDR string `json:"cidr" pulumi:"cidr" required:"the range of addresses, such as 203.0.113.0/24"`
	// Ports are the TCP ports; at least one. Port 53 is opened over UDP too, because DNS asks there first; other
	// protocols over UDP have no way out.
	Ports []int `json:"ports" pulumi:"ports" required:"at least one TCP port"`
}

// Demand counts the pods that the platform itself starts in the namespace of a tenant.
type Demand struct {
	// Replicas and Replica are the number and size of the serving pods.
	Replicas Replicas
	Replica  Resources
	// Training is the training job; nil when there is none.
	Training *TrainingDemand
}

// TrainingDemand is the use of one training job.
type TrainingDemand struct {
	Resources Resources
	GPUs      int
	// CheckpointStorage is the size of its volume.
	CheckpointStorage string
}
