package cost_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/cost"
	"github.com/mlops-iac/mlops/internal/workbench/cost/prices"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
)

type inputs = map[string]any

// roundPrices are round, so that the sums below can be done in the head: 730 hours
// at 0.10 are 73.
func roundPrices(t *testing.T) prices.Table {
	t.Helper()
	table, err := prices.Parse([]byte(`
currency: USD
sources: {test: {list: list, seen: here, checked: "2026-01-01"}}
spot: {leastDiscountPercent: 50, mostDiscountPercent: 75, source: test}
regions:
  eu-west-1:
    instances:
      m.large: {vcpu: 2, memoryGiB: 8, amount: 0.10, unit: hour, source: test}
      g.xlarge: {vcpu: 4, memoryGiB: 16, gpus: 1, amount: 1.00, unit: hour, source: test}
    databases:
      db.small: {amount: 0.10, unit: hour, source: test}
    prices:
      eks.cluster: {amount: 0.10, unit: hour, source: test}
      nat.gateway: {amount: 0.20, unit: hour, source: test}
      nat.data: {amount: 0.045, unit: GB, source: test}
      endpoint.interface: {amount: 0.01, unit: hour, source: test}
      ebs.gp3: {amount: 0.10, unit: GB-month, source: test}
      rds.gp3: {amount: 0.20, unit: GB-month, source: test}
      kms.key: {amount: 1.00, unit: month, source: test}
      cloudwatch.metric: {amount: 0.30, unit: month, source: test}
      cloudwatch.alarm: {amount: 0.10, unit: month, source: test}
`))
	require.NoError(t, err)
	return table
}

// builder makes plans of plain data.
type builder struct{ plan engine.Plan }

func newPlan(stack string) *builder {
	b := &builder{engine.Plan{Stack: stack, Aliases: map[string]string{"mlops-" + stack: "<stack>"}}}
	b.plan.Resources = append(b.plan.Resources,
		engine.Resource{URN: "stack", Type: "pulumi:pulumi:Stack", Custom: false},
		engine.Resource{URN: "aws", Type: "pulumi:providers:aws", Name: "aws", Parent: "stack", Custom: true, Inputs: inputs{"region": "eu-west-1"}})
	return b
}

// component adds a component of the stack, and add a resource of a component.
func (b *builder) component(kind, suffix string) string {
	name := "mlops-" + b.plan.Stack + "-" + suffix
	b.plan.Resources = append(b.plan.Resources, engine.Resource{URN: name, Type: kind, Name: name, Parent: "stack"})
	return name
}

func (b *builder) add(parent, kind string, in inputs) {
	name := parent + "-" + kind[strings.LastIndex(kind, ":")+1:]
	b.plan.Resources = append(b.plan.Resources, engine.Resource{URN: name, Type: kind, Name: name, Parent: parent, Custom: true, Inputs: in})
}

// nodes adds a node group with disks of 50 GiB and detailed monitoring.
func (b *builder) nodes(suffix, kind, capacity string, least, most float64) string {
	parent := b.component("mlops:index:NodeGroup", "nodes-"+suffix)
	b.add(parent, "aws:ec2/launchTemplate:LaunchTemplate", inputs{
		"monitoring":          inputs{"enabled": true},
		"blockDeviceMappings": []any{inputs{"ebs": inputs{"volumeSize": 50.0}}},
	})
	b.add(parent, "aws:eks/nodeGroup:NodeGroup", inputs{
		"instanceTypes": []any{kind, "other"}, "capacityType": capacity, "labels": inputs{"role": suffix},
		"scalingConfig": inputs{"minSize": least, "maxSize": most},
	})
	return parent
}

var today = time.Date(2026, time.January, 2, 0, 0, 0, 0, time.UTC)

func estimate(t *testing.T, b *builder) cost.Estimate {
	t.Helper()
	return cost.New(b.plan, roundPrices(t), today)
}

func assertRange(t *testing.T, least, most float64, got cost.Range) {
	t.Helper()
	assert.InDelta(t, least, got.Least, 1e-3)
	assert.InDelta(t, most, got.Most, 1e-3)
}

func TestFixedParts(t *testing.T) {
	t.Parallel()
	b := newPlan("dev")
	cluster := b.component("mlops:index:Cluster", "cluster")
	b.add(cluster, "aws:eks/cluster:Cluster", nil)
	b.add(cluster, "aws:kms/key:Key", nil)
	network := b.component("mlops:index:Network", "network")
	b.add(network, "aws:ec2/natGateway:NatGateway", nil)
	b.plan.Resources = append(b.plan.Resources, engine.Resource{
		URN: "second", Type: "aws:ec2/natGateway:NatGateway", Name: "second", Parent: network, Custom: true,
	})
	b.add(network, "aws:ec2/subnet:Subnet", nil)
	endpoints := b.component("mlops:index:Network", "endpoints")
	b.add(endpoints, "aws:ec2/vpcEndpoint:VpcEndpoint", inputs{
		"vpcEndpointType": "Interface", "serviceName": "com.amazonaws.eu-west-1.sts", "subnetIds": []any{"a", "b", "c"},
	})
	b.add(b.component("mlops:index:Network", "gateways"), "aws:ec2/vpcEndpoint:VpcEndpoint", inputs{"vpcEndpointType": "Gateway"})

	got := estimate(t, b)
	sums := got.Components()
	assertRange(t, 74, 74, sums["mlops-dev-cluster"])       // 73 control plane, 1 key
	assertRange(t, 292, 292, sums["mlops-dev-network"])     // 2 x 730 x 0.20
	assertRange(t, 21.9, 21.9, sums["mlops-dev-endpoints"]) // 3 zones x 730 x 0.01
	assert.NotContains(t, sums, "mlops-dev-gateways", "gateway endpoints are free")
	assertRange(t, 387.9, 387.9, got.Total)
	assert.Contains(t, got.Items, cost.Item{Component: "mlops-dev-network", Name: "2 x NAT gateway", Range: cost.Range{Least: 292, Most: 292}})
	assert.Equal(t, []cost.Usage{{Name: "data through NAT gateways", Price: 0.045, Unit: prices.GB}}, got.Usage)
	assert.Equal(t, []string{"data through interface endpoints, by use"}, got.NotPriced)
	assert.Empty(t, got.Notes)
}

func TestNodesAreARange(t *testing.T) {
	t.Parallel()
	b := newPlan("dev")
	b.nodes("cpu", "m.large", "ON_DEMAND", 1, 4)
	b.nodes("spot", "m.large", "SPOT", 0, 2)
	got := estimate(t, b)
	// A node is 73, its disk 5, its seven metrics 2.10.
	assertRange(t, 80.1, 320.4, got.Components()["mlops-dev-nodes-cpu"])
	// At most two nodes at half the price: 2 x (36.50 + 5 + 2.10).
	assertRange(t, 0, 87.2, got.Components()["mlops-dev-nodes-spot"])
	require.Len(t, got.Notes, 1)
	assert.Contains(t, got.Notes[0], "spot capacity is assumed to cost 50 to 75 % less")
}

func TestOffHoursReduceNodeHours(t *testing.T) {
	t.Parallel()
	b := newPlan("dev")
	parent := b.nodes("cpu", "m.large", "ON_DEMAND", 1, 4)
	schedule := func(suffix, recurrence string, least, most float64) {
		b.plan.Resources = append(b.plan.Resources, engine.Resource{
			URN: parent + suffix, Name: parent + suffix, Type: "aws:autoscaling/schedule:Schedule", Parent: parent, Custom: true,
			Inputs: inputs{"recurrence": recurrence, "minSize": least, "maxSize": most, "timeZone": "Europe/Dublin"},
		})
	}
	// Up from 7 to 19 on five days: 60 of 168 hours.
	schedule("-down", "0 19 * * 1-5", 0, 0)
	schedule("-up", "0 7 * * 1-5", 1, 4)
	share := 60.0 / 168
	got := estimate(t, b)
	assertRange(t, 80.1*share, 320.4*share, got.Components()["mlops-dev-nodes-cpu"])
	require.Len(t, got.Notes, 1)
	assert.Contains(t, got.Notes[0], "mlops-dev-nodes-cpu: 0.36 to 1.43 nodes on average over the week")
}

func TestADatabaseWithAStandbyIsPaidForTwice(t *testing.T) {
	t.Parallel()
	in := inputs{"instanceClass": "db.small", "allocatedStorage": 20.0, "maxAllocatedStorage": 50.0}
	single := newPlan("dev")
	single.add(single.component("mlops:index:MetadataStore", "metadata"), "aws:rds/instance:Instance", in)
	assertRange(t, 73+4, 73+10, estimate(t, single).Total)

	in["multiAz"] = true
	double := newPlan("dev")
	double.add(double.component("mlops:index:MetadataStore", "metadata"), "aws:rds/instance:Instance", in)
	assertRange(t, 146+8, 146+20, estimate(t, double).Total)
}

func TestVolumesInTheCluster(t *testing.T) {
	t.Parallel()
	claim := inputs{"spec": inputs{"resources": inputs{"requests": inputs{"storage": "20Gi"}}}}
	b := newPlan("dev")
	parent := b.component("mlops:index:Monitoring", "monitoring")
	b.add(parent, "kubernetes:helm.sh/v3:Release", inputs{"name": "stack", "values": inputs{
		"prometheus": inputs{"spec": inputs{"replicas": 1.0, "storageSpec": inputs{"volumeClaimTemplate": claim}}},
	}})
	b.add(parent, "kubernetes:core/v1:PersistentVolumeClaim", claim)
	b.add(parent, "kubernetes:apps/v1:StatefulSet", inputs{"spec": inputs{"replicas": 1.0, "volumeClaimTemplates": []any{claim}}})
	// 20 GiB at 0.10: the templates ask for the volume of the claim.
	assertRange(t, 2, 2, estimate(t, b).Total)
}

func pod(label, cpu, memory, gpus string) inputs {
	return inputs{
		"affinity": inputs{"nodeAffinity": inputs{"requiredDuringSchedulingIgnoredDuringExecution": inputs{"nodeSelectorTerms": []any{
			inputs{"matchExpressions": []any{inputs{"key": "role", "operator": "In", "values": []any{label}}}},
		}}}},
		"containers": []any{inputs{"resources": inputs{"requests": inputs{"cpu": cpu, "memory": memory, "nvidia.com/gpu": gpus}}}},
	}
}

func TestSharesOfATenant(t *testing.T) {
	t.Parallel()
	b := newPlan("dev")
	b.nodes("cpu", "m.large", "ON_DEMAND", 1, 4)
	b.nodes("gpu", "g.xlarge", "ON_DEMAND", 0, 1)
	parent := b.component("mlops:index:Tenant", "tenant-a")
	b.add(parent, "kubernetes:apps/v1:Deployment", inputs{"spec": inputs{"template": inputs{"spec": pod("cpu", "500m", "1Gi", "")}}})
	b.add(parent, "kubernetes:autoscaling/v2:HorizontalPodAutoscaler", inputs{"spec": inputs{"minReplicas": 2.0, "maxReplicas": 6.0}})
	b.add(parent, "kubernetes:core/v1:PersistentVolumeClaim", inputs{"spec": inputs{"resources": inputs{"requests": inputs{"storage": "10Gi"}}}})
	b.add(parent, "kubernetes:batch/v1:CronJob", inputs{"spec": inputs{"jobTemplate": inputs{"spec": inputs{
		"activeDeadlineSeconds": 7200.0, "template": inputs{"spec": pod("gpu", "1", "2Gi", "1")},
	}}}})
	got := estimate(t, b)
	require.Len(t, got.Tenants, 1)
	tenant := got.Tenants[0]
	// Half a CPU of two is a quarter of a node, 18.25 a month; memory is an eighth.
	assertRange(t, 36.5, 109.5, tenant.Serving)
	assert.Equal(t, "2 to 6 replicas, each 25 % of m.large", tenant.Replicas)
	assert.InDelta(t, 1.0, tenant.Storage, 1e-6)
	// The only GPU of the node is the whole node.
	assertRange(t, 1, 1, tenant.TrainingHour)
	assert.Equal(t, "100 % of g.xlarge, a run ends after 2 hours at the latest", tenant.Training)
	assertRange(t, 1, 1, got.Components()["mlops-dev-tenant-a"])
}

func TestWhatHasNoPriceIsSaid(t *testing.T) {
	t.Parallel()
	b := newPlan("dev")
	b.nodes("cpu", "m.huge", "ON_DEMAND", 1, 2)
	parent := b.component("mlops:index:Queue", "queue")
	b.add(parent, "aws:sqs/queue:Queue", nil)
	b.add(parent, "aws:rds/instance:Instance", inputs{"instanceClass": "db.huge", "allocatedStorage": 10.0})
	got := estimate(t, b)
	assert.Equal(t, []string{
		"RDS backups beyond the size of the database, by use",
		"RDS db.huge in one zone",
		"m.huge on demand, 1 to 2 nodes",
		"mlops-dev-queue-Queue of type aws:sqs/queue:Queue",
	}, got.NotPriced)
	assertRange(t, 7.1+2, 14.2+2, got.Total)
}

func TestOldPricesAreAWarning(t *testing.T) {
	t.Parallel()
	got := cost.New(newPlan("dev").plan, roundPrices(t), today.Add(200*24*time.Hour))
	require.Len(t, got.Notes, 1)
	assert.Contains(t, got.Notes[0], "warning: the prices were checked on 2026-01-01, more than 180 days ago")
}

func TestWhereThereAreNoPrices(t *testing.T) {
	t.Parallel()
	elsewhere := newPlan("dev")
	elsewhere.plan.Resources[1].Inputs = inputs{"region": "mars-north-1"}
	assert.Equal(t, `internal/workbench/cost/prices/prices.yaml has no prices for region "mars-north-1"`, estimate(t, elsewhere).Unavailable)

	local := newPlan("local")
	local.plan.Resources = local.plan.Resources[:1]
	got := estimate(t, local)
	assert.Contains(t, got.Unavailable, "existing cluster")
	var out strings.Builder
	got.Write(&out)
	assert.Equal(t, "Estimated cost: none, the stack is put into an existing cluster, whose nodes and volumes have no price here\n\n", out.String())
}

func TestTheReport(t *testing.T) {
	t.Parallel()
	dev, prod := newPlan("dev"), newPlan("prod")
	for _, b := range []*builder{dev, prod} {
		b.add(b.component("mlops:index:Cluster", "cluster"), "aws:eks/cluster:Cluster", nil)
	}
	dev.nodes("cpu", "m.large", "ON_DEMAND", 1, 1)
	prod.nodes("cpu", "m.large", "ON_DEMAND", 2, 3)
	prod.add(prod.component("mlops:index:Network", "network"), "aws:ec2/natGateway:NatGateway", nil)
	prod.add("mlops-prod-network", "aws:sqs/queue:Queue", nil)
	var out strings.Builder
	cheap, dear := estimate(t, dev), estimate(t, prod)
	dear.Write(&out)
	dear.WriteAgainst(&out, cheap)
	for _, want := range []string{
		"Estimated cost a month: 379.20 to 459.30 USD (eu-west-1, on-demand prices checked on 2026-01-01, 730 hours)\n",
		"  mlops-prod-nodes-cpu                         160.20      240.30\n",
		"      m.large on demand, 2 to 3 nodes          146.00      219.00\n",
		"  data through NAT gateways  0.045 USD per GB\n",
		"Cost against dev: +226.10 to +306.20 USD a month\n",
		"  <stack>-network       +146.00     +146.00\n",
		"  <stack>-nodes-cpu      +80.10     +160.20\n",
		"  without a price in prod: mlops-prod-network-Queue of type aws:sqs/queue:Queue\n",
	} {
		assert.Contains(t, out.String(), want)
	}
	assert.NotContains(t, out.String(), "<stack>-cluster", "what costs the same is left out")
}
