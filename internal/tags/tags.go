// Package tags holds the tags every AWS resource of the platform carries.
package tags

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/internal/naming"
)

// Keys every taggable resource must carry. Cost reports, the guard rules and
// the clean-up of orphans depend on them.
const (
	Project     = "project"
	Environment = "environment"
	Owner       = "owner"
	CostCenter  = "cost-center"
	ManagedBy   = "managed-by"
)

// Tenant is on what belongs to one tenant alone. It is the label of the tenant's
// pods, so that AWS, where it splits the cost of nodes between pods, files both
// under one key.
const Tenant = naming.TenantLabel

// Mandatory lists the required keys in a fixed order.
func Mandatory() []string {
	return []string{Project, Environment, Owner, CostCenter, ManagedBy}
}

// Plain returns base as a Pulumi map.
func Plain(base map[string]string) pulumi.StringMap { return With(base, nil) }

// Named returns base with the "Name" tag that the AWS console shows.
func Named(base map[string]string, name string) pulumi.StringMap {
	return With(base, map[string]string{"Name": name})
}

// With returns base overlaid with extra; neither map is changed.
func With(base, extra map[string]string) pulumi.StringMap {
	return pulumi.ToStringMap(Merge(base, extra))
}

// Merge returns base overlaid with extra as a plain map; neither is changed.
func Merge(base, extra map[string]string) map[string]string {
	merged := make(map[string]string, len(base)+len(extra))
	maps.Copy(merged, base)
	maps.Copy(merged, extra)
	return merged
}
