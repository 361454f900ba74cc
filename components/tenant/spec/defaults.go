package spec

// Surge is how many replicas a rollout adds before it removes an old one. The
// quota must leave room for them, or a rollout at the maximum never ends.
const Surge = 1

// Ending is how many old replicas the quota must have room for beside those that
// run. A rollout starts the next replica as soon as an old one is told to end, but
// a ResourceQuota counts a pod until it is gone, only those of phase Succeeded and
// Failed are free: without the room every step of a rollout at the maximum waits
// for an old pod. One is enough for a server that takes longer to start than an old
// one to end; no more than all of them end at once.
const Ending = 1

// OnDemand is the schedule of training that only people start.
const OnDemand = "on-demand"

// DefaultPort is the port the inference container listens on.
const DefaultPort = 8080

// DefaultReplicas returns 2 to 10 replicas at 50 % CPU: two survive the loss of
// a node, and half the request leaves room while new replicas start.
func DefaultReplicas() Replicas { return Replicas{Min: 2, Max: 10, TargetCPUPercent: 50} }

// DefaultResources returns what a small model server on a CPU needs.
func DefaultResources() Resources {
	return Resources{
		Requests: Compute{CPU: "100m", Memory: "128Mi"},
		Limits:   Compute{CPU: "500m", Memory: "512Mi"},
	}
}

// DefaultTrainingResources returns half to all of a node with one small GPU
// (4 vCPU, 16 GiB, of which the system keeps a part).
func DefaultTrainingResources() Resources {
	return Resources{
		Requests: Compute{CPU: "2", Memory: "8Gi"},
		Limits:   Compute{CPU: "3", Memory: "12Gi"},
	}
}

// DefaultQuota holds ten default replicas, and during a rollout one more and one
// that ends (6, 6Gi), one default training job (3, 12Gi) and a few pods started
// by hand. GPUs are the expensive part and must be asked for.
func DefaultQuota() Quota {
	return Quota{
		CPU: "12", Memory: "24Gi", Pods: 30,
		PersistentVolumeClaims: 5, Storage: "200Gi", GPUs: 0, Jobs: 20,
	}
}

// DefaultLimitRange gives pods started by hand what a default replica gets, and
// volumes at most 100 GiB.
func DefaultLimitRange() LimitRange {
	size := DefaultResources()
	return LimitRange{DefaultRequests: size.Requests, DefaultLimits: size.Limits, MaxVolumeSize: "100Gi"}
}

// MinVolumeSize is the smallest volume a tenant may have: EBS has none below 1 GiB.
const MinVolumeSize = "1Gi"

// DefaultCheckpointStorage is the size of the checkpoint volume.
const DefaultCheckpointStorage = "50Gi"

// DefaultCheckpointAccessMode is what every storage driver has.
const DefaultCheckpointAccessMode = ReadWriteOnce

// DefaultDeadlineHours ends a training job that hangs: GPUs cost while they idle.
const DefaultDeadlineHours = 24

// FinishedJobs is how many training jobs are kept that succeeded, and how many
// that failed, so that people can read their logs.
const FinishedJobs = 3
