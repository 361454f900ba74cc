// Package tags holds the tags every AWS resource of the platform carries.
package tags

import (
	"maps"
	"slices"

	"github.com/mlops-iac/mlops/internal/shared/names"
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
const Tenant = names.TenantLabel

// Mandatory lists the required keys in a fixed order.
func Mandatory() []string {
	return []string{Project, Environment, Owner, CostCenter, ManagedBy}
}

// MandatoryLasting lists those required keys whose values stay as long as a stack
// does, in a fixed order. Who owns it and who pays changes. Where a changed tag
// replaces what carries it, no other key may stand.
func MandatoryLasting() []string { return []string{Project, Environment, ManagedBy} }

func isLasting(key, _ string) bool { return slices.Contains(MandatoryLasting(), key) }

// Lasting returns the tags that never change, in a new map.
func Lasting(all map[string]string) map[string]string {
	kept := maps.Clone(all)
	maps.DeleteFunc(kept, func(key, value string) bool { return !isLasting(key, value) })
	return kept
}

// Changing returns all other tags, in a new map.
func Changing(all map[string]string) map[string]string {
	kept := maps.Clone(all)
	maps.DeleteFunc(kept, isLasting)
	return kept
}

// Merge returns base overlaid with extra as a plain map; neither is changed.
func Merge(base, extra map[string]string) map[string]string {
	merged := make(map[string]string, len(base)+len(extra))
	maps.Copy(merged, base)
	maps.Copy(merged, extra)
	return merged
}
