// Package engine_test runs the real Pulumi engine and the real EKS component
// provider on the real stack files and looks at the plan they produce. Nothing
// is mocked but the clouds.
package engine_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/record"
	"github.com/mlops-iac/mlops/internal/workbench/cost"
	"github.com/mlops-iac/mlops/internal/workbench/cost/prices"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/preview"
)

const checkout = "../.."

// expected is what sets the stacks apart and what they share.
type expected struct {
	stack   string
	zones   int
	nats    int
	protect bool
	// endpoints counts the S3 gateway and the interface endpoints.
	endpoints int
	// schedules are the scheduled actions of node groups with off-hours.
	schedules int
	// fixed are components with one price a month, in US dollars.
	fixed map[string]float64
	// notPriced is the database whose price is not known.
	notPriced string
}

func TestEmbeddedPreviewOfEveryStack(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	var asked [][]string
	stacks := []expected{
		{stack: "dev", zones: 2, nats: 1, endpoints: 1, schedules: 4, fixed: map[string]float64{
			"cluster":    73 + 2,           // control plane and two keys
			"network":    35.04 + 3.65 + 1, // a gateway, its address and a key
			"monitoring": 55 * 0.088,       // volumes of 50 and 5 GiB
		}},
		{stack: "staging", zones: 2, nats: 1, endpoints: 1, protect: true, fixed: map[string]float64{
			"cluster": 73 + 2, "network": 35.04 + 3.65 + 1, "monitoring": 105 * 0.088,
		}},
		{stack: "prod", zones: 3, nats: 3, endpoints: 7, protect: true, fixed: map[string]float64{
			"cluster": 73 + 2,
			// Three gateways with addresses, a key, six endpoints in three zones.
			"network": 3*(35.04+3.65) + 1 + 6*3*8.03, "monitoring": 205 * 0.088,
		}, notPriced: "RDS db.m7g.large with a standby in a second zone"},
	}
	for _, want := range stacks {
		t.Run(want.stack, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
			defer cancel()
			result, err := preview.Stack(ctx, checkout, want.stack, t.Logf)
			require.NoError(t, err, "%v", result.Plan.Diagnostics)
			assert.Empty(t, result.Plan.Diagnostics)
			require.NoError(t, result.Guard.Err())
			assert.Greater(t, result.Guard.Checked, 200)
			checkCounts(t, result.Plan, want)
			checkTree(t, result.Plan)
			checkControlPlane(t, result.Plan, want)
			checkProviders(t, result.Plan)
			checkCost(t, result.Plan, want)
			checkLookups(t, result.Plan)
			asked = append(asked, tokens(result.Plan))
		})
	}
	if len(asked) == len(stacks) { // otherwise -run has left some out, or they have failed
		checkStale(t, slices.Concat(asked...))
	}
	left, err := os.ReadDir(temporary)
	require.NoError(t, err)
	assert.Empty(t, left, "a preview leaves nothing behind")
}

func checkCounts(t *testing.T, plan engine.Plan, want expected) {
	t.Helper()
	counts := map[string]int{}
	for _, r := range plan.Resources {
		counts[r.Type]++
		assert.Equal(t, "create", r.Op, r.URN)
	}
	for token, count := range map[string]int{
		"aws:ec2/vpc:Vpc": 1, "aws:ec2/subnet:Subnet": 3 * want.zones, "aws:ec2/natGateway:NatGateway": want.nats,
		"aws:ec2/vpcEndpoint:VpcEndpoint": want.endpoints,
		"aws:eks/cluster:Cluster":         1, "eks:index:Cluster": 1, "aws:eks/nodeGroup:NodeGroup": 4,
		"aws:ec2/launchTemplate:LaunchTemplate": 4, "aws:eks/addon:Addon": 6,
		"aws:s3/bucketV2:BucketV2": 4, "aws:rds/instance:Instance": 1,
		"aws:eks/podIdentityAssociation:PodIdentityAssociation": 7, // two add-ons, Alertmanager, Fluent Bit, accounts, two tenants
		"kubernetes:core/v1:Namespace":                          5, // two tenants, accounts, monitoring and logging
		"kubernetes:autoscaling/v2:HorizontalPodAutoscaler":     2,
		"kubernetes:core/v1:ResourceQuota":                      5, // for each tenant one of all pods and one of priorities, and that of the nodes' log collectors
		"kubernetes:helm.sh/v3:Release":                         6,
		"aws:budgets/budget:Budget":                             2, // the stack and the tenant that has one
		"aws:autoscaling/schedule:Schedule":                     want.schedules,
		"mlops:index:Tenant":                                    2, "mlops:index:NodeGroup": 4, "mlops:index:Monitoring": 1,
	} {
		assert.Equal(t, count, counts[token], token)
	}
	assert.NotZero(t, counts["aws:ecr/repository:Repository"])
	assert.NotZero(t, counts["kubernetes:networking.k8s.io/v1:NetworkPolicy"])
}

// checkTree insists that every resource but the top level hangs under a
// component of the platform.
func checkTree(t *testing.T, plan engine.Plan) {
	t.Helper()
	byURN := map[string]engine.Resource{}
	for _, r := range plan.Resources {
		byURN[r.URN] = r
	}
	for _, r := range plan.Resources {
		if r.Type == "pulumi:pulumi:Stack" || r.Type == record.Token || strings.HasPrefix(r.Type, "pulumi:providers:") {
			continue
		}
		top := r
		for byURN[top.Parent].Type != "pulumi:pulumi:Stack" {
			require.Contains(t, byURN, top.Parent, "parent of %s", top.URN)
			top = byURN[top.Parent]
		}
		assert.True(t, strings.HasPrefix(top.Type, "mlops:index:"), "%s stands under %s", r.URN, top.Type)
	}
}

// checkControlPlane looks at the child that pulumi-eks makes: what its version 2
// cannot express must have arrived through the transform.
func checkControlPlane(t *testing.T, plan engine.Plan, want expected) {
	t.Helper()
	index := slices.IndexFunc(plan.Resources, func(r engine.Resource) bool { return r.Type == "aws:eks/cluster:Cluster" })
	require.GreaterOrEqual(t, index, 0)
	control := plan.Resources[index]
	assert.Contains(t, control.Parent, "mlops:index:Cluster$eks:index:Cluster::")
	assert.Equal(t, want.protect, control.Protect)

	in := control.Inputs
	assert.Equal(t, map[string]any{"supportType": "STANDARD"}, in["upgradePolicy"])
	assert.Equal(t, map[string]any{"enabled": true}, in["zonalShiftConfig"])
	assert.Equal(t, false, in["bootstrapSelfManagedAddons"])
	assert.Equal(t, "1.35", in["version"])
	assert.Equal(t, "mlops-"+want.stack, in["name"])
	assert.ElementsMatch(t, []any{"api", "audit", "authenticator", "controllerManager", "scheduler"}, in["enabledClusterLogTypes"])
	access, _ := in["accessConfig"].(map[string]any)
	assert.Equal(t, "API", access["authenticationMode"])
	network, _ := in["vpcConfig"].(map[string]any)
	assert.Equal(t, true, network["endpointPrivateAccess"])
	assert.NotNil(t, in["encryptionConfig"])
	tags, _ := in["tags"].(map[string]any)
	assert.Equal(t, want.stack, tags["environment"])
}

func checkProviders(t *testing.T, plan engine.Plan) {
	t.Helper()
	kinds := map[string]bool{}
	for _, p := range plan.Providers {
		kinds[p.Package] = p.Real
	}
	assert.True(t, kinds["eks"], "the EKS component provider is the real one")
	assert.Contains(t, kinds, "aws")
	assert.Contains(t, kinds, "kubernetes")
	for _, r := range plan.Resources {
		if strings.HasPrefix(r.Type, "aws:") || strings.HasPrefix(r.Type, "kubernetes:") {
			assert.NotContains(t, r.Provider, "::default_", "%s must use an explicit provider", r.URN)
		}
	}
}

// checkCost looks at the estimate that is made of a real plan: sums by hand for
// what has one price, ranges for the nodes, and nothing left out unsaid.
func checkCost(t *testing.T, plan engine.Plan, want expected) {
	t.Helper()
	table, err := prices.Load()
	require.NoError(t, err)
	estimate := cost.New(plan, table, table.Checked())
	require.Empty(t, estimate.Unavailable)
	sums := estimate.Components()
	for suffix, amount := range want.fixed {
		got := sums["mlops-"+want.stack+"-"+suffix]
		assert.InDelta(t, amount, got.Least, 0.005, suffix)
		assert.InDelta(t, amount, got.Most, 0.005, suffix)
	}
	for _, group := range []string{"system", "cpu", "gpu", "spot"} {
		got := sums["mlops-"+want.stack+"-nodes-"+group]
		assert.Greater(t, got.Most, got.Least, group)
	}
	assert.Len(t, estimate.Tenants, 2)
	for _, tenant := range estimate.Tenants {
		assert.Positive(t, tenant.Serving.Least, tenant.Name)
		assert.Positive(t, tenant.TrainingHour.Least, tenant.Name)
	}
	for _, line := range estimate.NotPriced {
		assert.NotContains(t, line, " of type ", "a kind of resource the estimate does not know")
	}
	assert.Equal(t, want.notPriced != "", slices.Contains(estimate.NotPriced, want.notPriced))
}
