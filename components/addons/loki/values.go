package loki

import (
	"fmt"

	"github.com/mlops-iac/mlops/components/addons/chart"
)

// dataPath is where the chart mounts the volume.
const dataPath = "/var/loki"

const (
	// volumeTemplate is the name of the chart's claim template; its StatefulSet has
	// the name of the release.
	volumeTemplate = "storage"
	// replicas is the number of pods, each with one volume.
	replicas = 1
	// sizeValue and classValue are where the template's size and class come from.
	sizeValue  = "values.singleBinary.persistence.size"
	classValue = "values.singleBinary.persistence.storageClass"
)

func (a *Args) values() map[string]any {
	disabled := map[string]any{"enabled": false}
	none := map[string]any{"replicas": 0}
	return map[string]any{
		"deploymentMode": "SingleBinary",
		"loki":           a.configuration(),
		"singleBinary":   a.server(),
		// Parts of larger installations, on by default.
		"backend": none, "read": none, "write": none,
		"chunksCache": disabled, "resultsCache": disabled,
		// The only client is inside, and asks the server itself.
		"gateway": disabled, "lokiCanary": disabled, "test": disabled,
		// Loads rules from ConfigMaps of the whole cluster, which nobody has.
		"sidecar": map[string]any{"rules": disabled},
	}
}

func (a *Args) configuration() map[string]any {
	return map[string]any{
		// One user: tenants are labels, and who may read them is Grafana's affair.
		"auth_enabled": false,
		"commonConfig": map[string]any{"replication_factor": 1},
		"storage":      map[string]any{"type": "filesystem"},
		"schemaConfig": map[string]any{"configs": []any{map[string]any{
			// Before the first record, and never changed.
			"from": "2024-04-01", "store": "tsdb", "object_store": "filesystem", "schema": "v13",
			"index": map[string]any{"prefix": "loki_index_", "period": "24h"},
		}}},
		"limits_config": map[string]any{
			"retention_period": fmt.Sprintf("%dh", a.RetentionDays*24),
			// What a node kept while Loki was away is still taken.
			"reject_old_samples_max_age": "168h",
		},
		"compactor": map[string]any{
			"retention_enabled": true, "delete_request_store": "filesystem", "working_directory": dataPath + "/compactor",
		},
		"analytics": map[string]any{"reporting_enabled": false},
	}
}

func (a *Args) server() map[string]any {
	persistence := map[string]any{
		"enabled": true, "size": fmt.Sprintf("%dGi", a.StorageGiB),
		// The claim is the program's. By default it goes when the server is scaled to
		// nothing or made again.
		"enableStatefulSetAutoDeletePVC": false,
	}
	if a.StorageClass != "" {
		persistence["storageClass"] = a.StorageClass
	}
	return map[string]any{
		"replicas":     replicas,
		"nodeSelector": chart.StringMap(a.NodeSelector),
		"resources":    chart.Resources("200m", "512Mi"),
		"persistence":  persistence,
	}
}
