package promtool_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// world is a cluster of two nodes and two tenants, reckoned by hand below.
// Node c costs 0.50: 4 cores of 0.05 and 10 GiB of 0.03. Node g costs 1.10: a
// GPU of 0.80, 4 cores of 0.05 and 10 GiB of 0.01. OpenCost repeats what
// kube-state-metrics says of pods, which must not count twice.
const world = `
kube_namespace_labels{namespace="team-a", label_mlops_io_tenant="a"} 1
kube_namespace_labels{namespace="team-b", label_mlops_io_tenant="b"} 1
kube_namespace_labels{namespace="kube-system"} 1
kube_node_labels{node="c", label_mlops_io_node_role="cpu"} 1
kube_node_labels{node="g", label_mlops_io_node_role="gpu"} 1
kube_node_labels{node="g", label_mlops_io_node_role="gpu", job="opencost"} 1
kube_node_status_condition{node="c", condition="Ready", status="true"} 1
kube_node_status_condition{node="g", condition="Ready", status="false"} 1
kube_node_status_condition{node="g", condition="Ready", status="true"} 0
kube_node_status_allocatable{node="c", resource="cpu"} 4
kube_node_status_allocatable{node="g", resource="cpu"} 4
kube_node_status_allocatable{node="g", resource="nvidia_com_gpu"} 1
node_cpu_hourly_cost{node="c", instance="c", instance_type="m6i.xlarge"} 0.05
node_ram_hourly_cost{node="c", instance="c", instance_type="m6i.xlarge"} 0.03
node_gpu_hourly_cost{node="c", instance="c", instance_type="m6i.xlarge"} 0
node_total_hourly_cost{node="c", instance="c", instance_type="m6i.xlarge"} 0.5
node_cpu_hourly_cost{node="g", instance="g", instance_type="g4dn.xlarge"} 0.05
node_ram_hourly_cost{node="g", instance="g", instance_type="g4dn.xlarge"} 0.01
node_gpu_hourly_cost{node="g", instance="g", instance_type="g4dn.xlarge"} 0.8
node_total_hourly_cost{node="g", instance="g", instance_type="g4dn.xlarge"} 1.1
kube_pod_container_resource_requests{namespace="team-a", pod="p1", container="x", node="c", resource="cpu"} 2
kube_pod_container_resource_requests{namespace="team-a", pod="p1", container="x", node="c", resource="cpu", job="opencost"} 2
kube_pod_container_resource_requests{namespace="team-a", pod="p1", container="x", node="c", resource="memory"} 2147483648
kube_pod_container_resource_requests{namespace="team-b", pod="p2", container="x", node="g", resource="cpu"} 1
kube_pod_container_resource_requests{namespace="team-b", pod="p2", container="x", node="g", resource="nvidia_com_gpu"} 1
kube_pod_container_resource_requests{namespace="team-b", pod="done", container="x", node="c", resource="cpu"} 4
kube_pod_container_resource_requests{namespace="team-b", pod="new", container="x", node="", resource="nvidia_com_gpu"} 1
kube_pod_status_phase{namespace="team-a", pod="p1", phase="Running"} 1
kube_pod_status_phase{namespace="team-a", pod="p1", phase="Pending"} 0
kube_pod_status_phase{namespace="team-b", pod="p2", phase="Running"} 1
kube_pod_status_phase{namespace="team-b", pod="done", phase="Succeeded"} 1
kube_pod_status_phase{namespace="team-b", pod="new", phase="Pending"} 1
kube_pod_status_phase{namespace="kube-system", pod="dns", phase="Running"} 1
pv_hourly_cost{persistentvolume="v", volumename="v"} 0.0001
kube_persistentvolume_capacity_bytes{persistentvolume="v"} 10737418240
kube_persistentvolume_claim_ref{persistentvolume="v", claim_namespace="team-a", name="data"} 1
kubecost_load_balancer_cost{namespace="team-a", service_name="web", ingress_ip="lb"} 0.02
kube_resourcequota{namespace="team-a", resourcequota="q", resource="pods", type="hard"} 10
kube_resourcequota{namespace="team-a", resourcequota="q", resource="pods", type="used"} 8
kube_resourcequota{namespace="team-a", resourcequota="q", resource="services.nodeports", type="hard"} 0
kube_resourcequota{namespace="team-a", resourcequota="q", resource="services.nodeports", type="used"} 0
DCGM_FI_DEV_GPU_UTIL{Hostname="g", gpu="0", namespace="team-b", pod="p2"} 2
DCGM_FI_DEV_FB_USED{Hostname="g", gpu="0", namespace="team-b", pod="p2"} 4000
DCGM_FI_DEV_FB_FREE{Hostname="g", gpu="0", namespace="team-b", pod="p2"} 12000
DCGM_FI_DEV_XID_ERRORS{Hostname="g", gpu="0", namespace="team-b", pod="p2"} 0
kube_deployment_spec_replicas{namespace="team-a", deployment="web"} 3
kube_deployment_status_replicas{namespace="team-a", deployment="web"} 4
kube_deployment_status_replicas_updated{namespace="team-a", deployment="web"} 2
kube_deployment_status_replicas_available{namespace="team-a", deployment="web"} 3
inference_model_info{namespace="team-a", instance="1", version="v1"} 1
inference_model_info{namespace="team-a", instance="2", version="v2"} 1
inference_model_trained_timestamp_seconds{namespace="team-a", instance="1"} 600
inference_model_loaded{namespace="team-a", instance="1"} 1
inference_model_loaded{namespace="team-a", instance="2"} 1
up{job="node"} 1
up{job="service"} 0`

// counters grow by the second value every 30 seconds.
const counters = `
inference_requests_total{namespace="team-a", instance="1", code="200"} 60
inference_requests_total{namespace="team-a", instance="2", code="200"} 27
inference_requests_total{namespace="team-a", instance="2", code="500"} 3
inference_predictions_total{namespace="team-a", instance="1", class="positive"} 30
inference_predictions_total{namespace="team-a", instance="1", class="negative"} 10
inference_prediction_confidence_sum{namespace="team-a", instance="1"} 36
inference_prediction_confidence_count{namespace="team-a", instance="1"} 40
apiserver_request_total{verb="GET", code="200"} 300`

// reckoned is what panels show after two hours, by hand.
func reckoned() map[string][]sample {
	return map[string][]sample{
		// a: 2 cores of 0.05 and 2 GiB of 0.03. b: a core of 0.05 and the GPU.
		"mlops-cost/Cost per hour/0":       {{`{tenant="a"}`, 0.16}, {`{tenant="b"}`, 0.85}},
		"mlops-cost/Cost per month/0":      {{`{tenant="a"}`, 116.8}, {`{tenant="b"}`, 620.5}},
		"mlops-cost/GPU cost per hour/0":   {{`{tenant="b"}`, 0.8}},
		"mlops-cost/Nodes per hour/0":      {{`{}`, 1.6}},
		"mlops-cost/Unused/0":              {{`{}`, 1 - 1.01/1.6}},
		"mlops-cost/Unused by role/0":      {{`{role="cpu"}`, 1 - 0.16/0.5}, {`{role="gpu"}`, 1 - 0.85/1.1}},
		"mlops-cost/Volumes by tenant/0":   {{`{tenant="a"}`, 0.73}},
		"mlops-cost/Volumes per month/0":   {{`{}`, 0.73}},
		"mlops-cost/GPUs per hour/0":       {{`{}`, 0.8}},
		"mlops-gpu/GPUs/0":                 {{`{}`, 1}},
		"mlops-gpu/GPUs held/0":            {{`{tenant="b"}`, 1}},
		"mlops-gpu/Idle GPUs/0":            {{`{tenant="b"}`, 1}},
		"mlops-gpu/Pods waiting/0":         {{`{}`, 1}},
		"mlops-gpu/GPUs with errors/0":     {{`{}`, 0}},
		"mlops-platform/CPU requested/0":   {{`{role="cpu"}`, 0.5}, {`{role="gpu"}`, 0.25}},
		"mlops-platform/Ready nodes/0":     {{`{role="cpu"}`, 1}, {`{role="gpu"}`, 0}},
		"mlops-platform/Nodes not ready/0": {{`{}`, 1}},
		"mlops-platform/Pods running/0":    {{`{}`, 3}},
		"mlops-platform/Pods pending/0":    {{`{}`, 1}},
		"mlops-platform/Targets down/0":    {{`{}`, 1}},
		"mlops-platform/API errors/0":      {{`{}`, 0}},
		"mlops-platform/Use by tenant/0":   {{`{tenant="a"}`, 1}, {`{tenant="b"}`, 1}},
		"mlops-platform/Quota use/0":       {{`{tenant="a", resource="pods"}`, 0.8}},

		"mlops-tenants/Request rate/0": {{`{tenant="a"}`, 3}},
		"mlops-tenants/Running pods/0": {{`{tenant="a"}`, 1}, {`{tenant="b"}`, 1}},
		"mlops-tenants/Running pods/1": {{`{}`, 2}},

		"mlops-deployments/Rolling out/0":          {{`{}`, 1}},
		"mlops-deployments/Replicas missing/0":     {{`{}`, 0}},
		"mlops-deployments/Models not loaded/0":    {{`{}`, 0}},
		"mlops-deployments/Age of the model/0":     {{`{namespace="team-a", tenant="a"}`, 6600}},
		"mlops-deployments/Request rate/0":         {{`{namespace="team-a", tenant="a", version="v1"}`, 2}, {`{namespace="team-a", tenant="a", version="v2"}`, 1}},
		"mlops-deployments/Error ratio/0":          {{`{namespace="team-a", tenant="a", version="v1"}`, 0}, {`{namespace="team-a", tenant="a", version="v2"}`, 0.1}},
		"mlops-deployments/Share of each class/0":  {{`{namespace="team-a", tenant="a", class="positive"}`, 0.75}, {`{namespace="team-a", tenant="a", class="negative"}`, 0.25}},
		"mlops-deployments/Confidence/0":           {{`{namespace="team-a", tenant="a"}`, 0.9}},
		"mlops-deployments/Drift of the answers/0": {{`{namespace="team-a", tenant="a"}`, 0}},
	}
}

// inputs is the world as series, each with the label if there is one.
func inputs(label string) []series {
	var list []series
	for text, pattern := range map[string]string{world: "%x240", counters: "0+%x240"} {
		for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
			at := strings.LastIndex(line, " ")
			list = append(list, series{strings.Replace(line[:at], "{", "{"+label, 1), strings.Replace(pattern, "%", line[at+1:], 1)})
		}
	}
	return list
}

// A panel shows what a hand reckons, in the Prometheus of one cluster and in a
// store of many, where every series has the label cluster.
func TestPanelsShowWhatAHandReckons(t *testing.T) {
	t.Parallel()
	for name, label := range map[string]string{"without a label": "", "with the label cluster": `cluster="one", `} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder, queries := t.TempDir(), filled(t)
			test := testCase{Name: name, Interval: "30s", InputSeries: inputs(label)}
			for at, samples := range reckoned() {
				require.Contains(t, queries, at)
				test.Expressions = append(test.Expressions, expression{
					// Rounded, because prices in binary do not add up to the last digit.
					Expr: "round(" + queries[at] + ", 0.0001)", EvalTime: "2h", Samples: rounded(samples),
				})
			}
			file := write(t, folder, "test.yaml", testFile{
				RuleFiles: []string{ruleFile(t, folder)}, EvaluationInterval: "30s", Tests: []testCase{test},
			})
			output, err := promtool.Run(t, "test", "rules", file)
			require.NoError(t, err, output)
		})
	}
}

func rounded(samples []sample) []sample {
	list := make([]sample, len(samples))
	for i, s := range samples {
		list[i] = sample{s.Labels, float64(int(s.Value*10000+0.5)) / 10000}
	}
	return list
}
