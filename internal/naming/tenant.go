package naming

// What makes a tenant is written here, because the component that builds
// tenants, the guard rules and the monitoring must agree on it and none of them
// may import another.
const (
	// TenantToken is the Pulumi type of the tenant component.
	TenantToken = "mlops:index:Tenant"
	// TenantLabel is on every Kubernetes object of a tenant; its value is the tenant.
	TenantLabel = "mlops.io/tenant"
	// LogsLabel is on the namespace of a tenant that has a log group of its own;
	// its value is OwnLogs.
	LogsLabel = "mlops.io/logs"
	// OwnLogs is the value of LogsLabel.
	OwnLogs = "own"
)
