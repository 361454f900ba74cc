package fluentbit

// Keys of a record, for queries and metric filters.
const (
	// TenantKey is the tenant, from the label of the namespace; only on records
	// of tenants.
	TenantKey = "tenant"
	// NamespaceKey, PodKey, PodIDKey, ContainerKey and HostKey say what wrote the
	// record and on which node.
	NamespaceKey = "namespace_name"
	PodKey       = "pod_name"
	PodIDKey     = "pod_id"
	ContainerKey = "container_name"
	HostKey      = "host"
	// AppKey holds what a program wrote as JSON.
	AppKey = "app"
	// TextKey holds a line that is not JSON.
	TextKey = "log"
	// SourceKey is KernelSource on records of the kernel; other records lack it.
	SourceKey = "source"
)

// KernelSource is the value of SourceKey on what the kernel said.
const KernelSource = "kernel"

// Killed is in the line the kernel writes for each process it kills for want of
// memory, that of the node or that of a container.
const Killed = "Killed process"

// Tags of records inside Fluent Bit.
const (
	containerTag = "kube"
	tenantTag    = "tenant"
	kernelTag    = "kernel"
)
