package names

import (
	"fmt"

	kubevalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

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

// MaxTenant is the length of the longest name of a tenant. It leaves room, in the
// 63 characters of a label, for what the platform puts before or behind it.
const MaxTenant = 40

// CheckTenant reports a name that no tenant can have, because it must be a
// namespace as well. Names that are taken are the tenant component's business.
func CheckTenant(path *field.Path, name string) field.ErrorList {
	if len(kubevalidation.IsDNS1123Label(name)) == 0 && len(name) <= MaxTenant {
		return nil
	}
	return field.ErrorList{field.Invalid(path, name, fmt.Sprintf(
		"must be the name of a tenant: at most %d of a-z, 0-9 and '-', first and last not '-'", MaxTenant))}
}

// TenantPrefix is the beginning of every object key a tenant may use, in every
// bucket, such as "tenants/fraud/". The isolation of objects rests on it, and on
// the slash at its end: "tenants/a" would admit to "tenants/ab/" as well.
func TenantPrefix(tenant string) string { return "tenants/" + tenant + "/" }

// The taint of GPU nodes.
const (
	// GPUResource is the extended resource that NVIDIA's device plugin advertises.
	// It equals the key of the taint on purpose: the ExtendedResourceToleration
	// admission plugin then tolerates the taint for pods that request a GPU.
	GPUResource = "nvidia.com/gpu"
	// GPUTaintValue and GPUTaintEffect complete the taint.
	GPUTaintValue  = "present"
	GPUTaintEffect = "NoSchedule"
)
