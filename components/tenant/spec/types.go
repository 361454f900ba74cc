package spec

// Compute is an amount of CPU and memory.
type Compute struct {
	// CPU in Kubernetes' notation: whole cores as in "2", or thousandths as in "500m".
	CPU string `json:"cpu"`
	// Memory in Kubernetes' notation, for example "512Mi" or "16Gi".
	Memory string `json:"memory"`
}

// Resources are what one container reserves and what it may use at most.
type Resources struct {
	// Requests are reserved on the node and drive autoscaling: usage in percent is a share of the CPU request.
	Requests Compute `json:"requests"`
	// Limits are the most a container gets: above the CPU limit it is slowed down, above the memory limit it is killed.
	Limits Compute `json:"limits"`
}

// Replicas says how many pods serve, and when there are more of them.
type Replicas struct {
	// Min is the number of replicas that always run; at least 1. With fewer than 2, a drained node interrupts service.
	Min int `json:"min"`
	// Max is the number of replicas the autoscaler never exceeds.
	Max int `json:"max"`
	// TargetCPUPercent is the average CPU use, in percent of the request, above which replicas are added; 1 to 100.
	TargetCPUPercent int `json:"targetCPUPercent"`
}

// Quota is the most that everything in the namespace of a tenant may use together.
type Quota struct {
	// CPU bounds the sum of the CPU requests, and of the CPU limits, of all pods.
	CPU string `json:"cpu"`
	// Memory bounds the sum of the memory requests, and of the memory limits, of all pods.
	Memory string `json:"memory"`
	// Pods is the number of pods that have not ended.
	Pods int `json:"pods"`
	// PersistentVolumeClaims is the number of volumes.
	PersistentVolumeClaims int `json:"persistentVolumeClaims"`
	// Storage bounds the sum of the sizes of all volumes.
	Storage string `json:"storage"`
	// GPUs is the number of NVIDIA GPUs; 0 forbids them.
	GPUs int `json:"gpus"`
}

// LimitRange is what containers get that say nothing of resources, and the
// size a single volume may have. The platform's own pods state theirs; this
// concerns pods that people of the tenant start by hand.
type LimitRange struct {
	// DefaultRequests are the requests of a container that states none.
	DefaultRequests Compute `json:"defaultRequests"`
	// DefaultLimits are the limits of a container that states none.
	DefaultLimits Compute `json:"defaultLimits"`
	// MaxVolumeSize is the largest size of one volume.
	MaxVolumeSize string `json:"maxVolumeSize"`
}

// Subjects are users and groups as the cluster's authentication names them. On
// EKS a group is a Kubernetes group of an access entry.
type Subjects struct {
	// Groups are names of groups. Prefer them to users: people come and go.
	Groups []string `json:"groups"`
	// Users are names of single users.
	Users []string `json:"users"`
}

// People are those who may use the namespace of a tenant.
type People struct {
	// Viewers may read everything but secrets.
	Viewers Subjects `json:"viewers"`
	// Editors may also start jobs and debug pods, but change neither access, quota, network rules nor secrets.
	Editors Subjects `json:"editors"`
}

// Egress opens the way out to one range of addresses.
type Egress struct {
	// Description says what is there and who needs it.
	Description string `json:"description"`
	// CIDR is the range of addresses, for example "203.0.113.0/24".
	CIDR string `json:"cidr"`
	// Ports are the TCP ports; at least one.
	Ports []int `json:"ports"`
}

// Demand is what the platform itself starts in the namespace of a tenant.
type Demand struct {
	// Replicas and Replica are the number and size of the serving pods.
	Replicas Replicas
	Replica  Resources
	// Training is the training job; nil when there is none.
	Training *TrainingDemand
}

// TrainingDemand is what one training job uses.
type TrainingDemand struct {
	Resources Resources
	GPUs      int
	// CheckpointStorage is the size of its volume.
	CheckpointStorage string
}
