package stack_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/tests/harness"
)

// values are what the design lays down per stack, as it arrives at AWS.
type values struct {
	NATGateways, Subnets, FlowLogDays, InterfaceEndpoints int
	ClusterLogDays                                        int
	PublicAPI                                             bool
	KeepImages, NoncurrentDays, AccessLogDays             int
	ForceDeleteImages, ForceDestroyBuckets                bool
	MultiAZ, DeletionProtection, FinalSnapshot            bool
	BackupDays                                            int
	MetricsRetention                                      string
	// LogDays is how long what containers write is kept.
	LogDays int
	// Protected and Retained are the database, the buckets, the repositories, the
	// logs and the keys; the cluster and the VPC cannot be left behind alone.
	Protected, Retained bool
}

func TestDifferencesBetweenStacks(t *testing.T) {
	t.Parallel()
	want := map[string]values{
		"dev": {
			NATGateways: 1, Subnets: 6, FlowLogDays: 30, InterfaceEndpoints: 0, ClusterLogDays: 30, PublicAPI: true,
			KeepImages: 30, NoncurrentDays: 30, AccessLogDays: 30, ForceDeleteImages: true, ForceDestroyBuckets: true,
			BackupDays: 1, MetricsRetention: "7d", LogDays: 30,
		},
		"staging": {
			NATGateways: 1, Subnets: 6, FlowLogDays: 90, InterfaceEndpoints: 0, ClusterLogDays: 90, PublicAPI: true,
			KeepImages: 50, NoncurrentDays: 60, AccessLogDays: 90,
			DeletionProtection: true, FinalSnapshot: true, BackupDays: 7, MetricsRetention: "15d", LogDays: 90, Protected: true,
		},
		"prod": {
			NATGateways: 3, Subnets: 9, FlowLogDays: 365, InterfaceEndpoints: 6, ClusterLogDays: 365,
			KeepImages: 100, NoncurrentDays: 90, AccessLogDays: 365,
			MultiAZ: true, DeletionProtection: true, FinalSnapshot: true, BackupDays: 30, MetricsRetention: "30d", LogDays: 365,
			Protected: true, Retained: true,
		},
	}
	onAWS(t, func(t *testing.T, stack string, record *harness.Recorder) {
		t.Helper()
		assert.Equal(t, want[stack], observe(t, record, "mlops-"+stack+"-"))
	})
}

// observe reads the values from what the program registers, and checks on the
// way that what exists several times is the same everywhere.
func observe(t *testing.T, record *harness.Recorder, prefix string) values {
	t.Helper()
	logs := func(name string) int {
		return number(t, record.One(t, "aws:cloudwatch/logGroup:LogGroup", prefix+name), "retentionInDays")
	}
	database := record.One(t, "aws:rds/instance:Instance", prefix+"metadata-instance")
	seen := values{
		NATGateways: len(record.OfType("aws:ec2/natGateway:NatGateway")), Subnets: len(record.OfType("aws:ec2/subnet:Subnet")),
		FlowLogDays: logs("network-flow-logs"), ClusterLogDays: logs("cluster-logs"), LogDays: logs("tenant-tenant-a-logs-group"),
		PublicAPI:           record.One(t, "eks:index:Cluster", prefix+"cluster-control-plane").Prop("endpointPublicAccess") == true,
		AccessLogDays:       ruled(t, record.One(t, lifecycle, prefix+"objects-access-logs-lifecycle"), "expiration.days"),
		MultiAZ:             database.Prop("multiAz") == true,
		BackupDays:          number(t, database, "backupRetentionPeriod"),
		FinalSnapshot:       database.Prop("skipFinalSnapshot") == false,
		Protected:           database.Protect,
		Retained:            database.RetainOnDelete,
		NoncurrentDays:      ruled(t, record.One(t, lifecycle, prefix+"objects-models-lifecycle"), "noncurrentVersionExpiration.noncurrentDays"),
		ForceDestroyBuckets: record.One(t, "aws:s3/bucketV2:BucketV2", prefix+"objects-models").Prop("forceDestroy") == true,
		ForceDeleteImages:   record.One(t, "aws:ecr/repository:Repository", prefix+"registry-inference").Prop("forceDelete") == true,
		DeletionProtection:  database.Prop("deletionProtection") == true,
		KeepImages:          keptImages(t, record.One(t, "aws:ecr/lifecyclePolicy:LifecyclePolicy", prefix+"registry-inference-lifecycle")),
	}
	for _, endpoint := range record.OfType("aws:ec2/vpcEndpoint:VpcEndpoint") {
		if endpoint.Prop("vpcEndpointType") == "Interface" {
			seen.InterfaceEndpoints++
		}
	}
	release := record.One(t, "kubernetes:helm.sh/v3:Release", prefix+"monitoring-release")
	seen.MetricsRetention, _ = release.Prop("values.prometheus.prometheusSpec.retention").(string)
	for _, r := range record.Resources() {
		if isStateful(r) {
			assert.Equal(t, seen.Protected, r.Protect, "protect of %s %s", r.Type, r.Name)
		}
		if isStateful(r) && r.Type != keyType { // TestC5KeysOutliveWhatTheyEncrypt
			assert.Equal(t, seen.Retained, r.RetainOnDelete, "retainOnDelete of %s %s", r.Type, r.Name)
		}
	}
	return seen
}

const lifecycle = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"

func isStateful(r harness.Resource) bool {
	switch r.Type {
	case "aws:rds/instance:Instance", "aws:s3/bucketV2:BucketV2", keyType, "aws:ecr/repository:Repository",
		"aws:cloudwatch/logGroup:LogGroup":
		return true
	default:
		return false
	}
}

func number(t *testing.T, r harness.Resource, path string) int {
	t.Helper()
	value, ok := r.Prop(path).(float64)
	require.True(t, ok, "%s %s: %s is %v", r.Type, r.Name, path, r.Prop(path))
	return int(value)
}

// ruled returns the number at a path of the only rule that has one.
func ruled(t *testing.T, r harness.Resource, path string) int {
	t.Helper()
	rules, _ := r.Prop("rules").([]any)
	var found []int
	for i := range rules {
		if value, ok := r.Prop(fmt.Sprintf("rules.%d.%s", i, path)).(float64); ok {
			found = append(found, int(value))
		}
	}
	require.Len(t, found, 1, "%s %s: %s", r.Type, r.Name, path)
	return found[0]
}

func keptImages(t *testing.T, r harness.Resource) int {
	t.Helper()
	var policy struct {
		Rules []struct {
			Selection struct {
				TagStatus, CountType string
				CountNumber          int
			}
		}
	}
	text, _ := r.Prop("policy").(string)
	require.NoError(t, json.Unmarshal([]byte(text), &policy))
	require.NotEmpty(t, policy.Rules)
	last := policy.Rules[len(policy.Rules)-1].Selection
	assert.Equal(t, "any imageCountMoreThan", last.TagStatus+" "+last.CountType)
	return last.CountNumber
}
