package settings_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	lokispec "github.com/mlops-iac/mlops/components/addons/loki/spec"
	clusterspec "github.com/mlops-iac/mlops/components/cluster/spec"
	loggingspec "github.com/mlops-iac/mlops/components/logging/spec"
	metadatastorespec "github.com/mlops-iac/mlops/components/metadatastore/spec"
	miniospec "github.com/mlops-iac/mlops/components/minio/spec"
	monitoringspec "github.com/mlops-iac/mlops/components/monitoring/spec"
	networkspec "github.com/mlops-iac/mlops/components/network/spec"
	nodegroupspec "github.com/mlops-iac/mlops/components/nodegroup/spec"
	objectstorespec "github.com/mlops-iac/mlops/components/objectstore/spec"
	postgresqlspec "github.com/mlops-iac/mlops/components/postgresql/spec"
	registryspec "github.com/mlops-iac/mlops/components/registry/spec"
	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// TestOnlyTheListedDefaultsDiffer compares every default of a stack with that of
// the spec the component has.
func TestOnlyTheListedDefaultsDiffer(t *testing.T) {
	t.Parallel()
	aws, existing := settings.Default(settings.SubstrateAWS), settings.Default(settings.SubstrateKubernetes)
	var found []settings.Difference
	for _, pair := range []struct {
		substrate        settings.Substrate
		key              string
		stack, component any
	}{
		{settings.SubstrateAWS, "network", aws.Network, networkspec.Default()},
		{settings.SubstrateAWS, "cluster", aws.Cluster, clusterspec.Default()},
		{settings.SubstrateAWS, "nodeGroups.system", aws.NodeGroups["system"], nodegroupspec.Default(scheduling.RoleSystem)},
		{settings.SubstrateAWS, "nodeGroups.cpu", aws.NodeGroups["cpu"], nodegroupspec.Default(scheduling.RoleCPU)},
		{settings.SubstrateAWS, "registry", aws.Registry.Registry, registryspec.Default()},
		{settings.SubstrateAWS, "objectStore", aws.ObjectStore.ObjectStore, objectstorespec.Default()},
		{settings.SubstrateAWS, "metadataStore", aws.MetadataStore.MetadataStore, metadatastorespec.Default()},
		{settings.SubstrateAWS, "monitoring", aws.Monitoring.Monitoring, monitoringspec.Default()},
		{settings.SubstrateAWS, "logs", aws.Logs.Logs, loggingspec.Default()},
		{settings.SubstrateKubernetes, "objectStore", existing.ObjectStore.MinIO, miniospec.Default()},
		{settings.SubstrateKubernetes, "metadataStore", existing.MetadataStore.PostgreSQL, postgresqlspec.Default()},
		{settings.SubstrateKubernetes, "logs.loki", existing.Logs.Loki.Loki, lokispec.Default()},
	} {
		stack, component := reflect.ValueOf(pair.stack), reflect.ValueOf(pair.component)
		for i := range stack.NumField() {
			one, two := stack.Field(i).Interface(), component.Field(i).Interface()
			if !reflect.DeepEqual(one, two) {
				key := pair.key + "." + validation.Key(stack.Type().Field(i))
				found = append(found, settings.Difference{Substrate: pair.substrate, Key: key, Stack: one, Component: two})
			}
		}
	}
	listed := settings.Differences()
	for i := range listed {
		assert.NotEmpty(t, listed[i].Reason, listed[i].Key)
		listed[i].Reason = ""
	}
	assert.Equal(t, listed, found)
}

// TestComponentsKeepWhatAStackSays checks that the defaults of a component add
// nothing to what the settings hand it, a zero that was written included.
func TestComponentsKeepWhatAStackSays(t *testing.T) {
	t.Parallel()
	got, err := settings.FromConfig(with(`"network": {"zoneCount": 3},
		"nodeGroups": {"system": {"role": "system"}, "cpu": {"role": "cpu", "minSize": 0}, "gpu": {"role": "gpu"}}`), "dev")
	require.NoError(t, err)
	assert.Equal(t, got.Network, got.Network.WithDefaults(got.AWS.Region))
	assert.Equal(t, got.Cluster, got.Cluster.WithDefaults())
	assert.Zero(t, got.NodeGroups["cpu"].MinSize)
	for name, group := range got.NodeGroups {
		assert.Equal(t, group, group.WithDefaults(got.Network.Zones), name)
	}
}
