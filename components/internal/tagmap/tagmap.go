// Package tagmap turns plain tags into the maps that resources take.
package tagmap

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/internal/shared/tags"
)

// Plain returns base as a Pulumi map.
func Plain(base map[string]string) pulumi.StringMap { return With(base, nil) }

// Named returns base with the "Name" tag that the AWS console shows.
func Named(base map[string]string, name string) pulumi.StringMap {
	return With(base, map[string]string{"Name": name})
}

// With returns base overlaid with extra; neither map is changed.
func With(base, extra map[string]string) pulumi.StringMap {
	return pulumi.ToStringMap(tags.Merge(base, extra))
}
