package rules

import (
	"fmt"
	"slices"
	"strings"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Names of the alerts about GPUs.
const (
	GPUIdle          = "GPUIdle"
	GPUXIDErrors     = "GPUXIDErrors"
	GPUProgramErrors = "GPUProgramErrors"
	GPUPodsPending   = "GPUPodsPending"
)

// Recorded series of XID errors: the number of an error, for a minute after it
// came, with the GPU and the pod that held it.
const (
	xidChange   = "mlops:gpu_xid:change"
	xidHardware = "mlops:gpu_xid_hardware:change"
	xidProgram  = "mlops:gpu_xid_program:change"
)

// programErrors are the XID errors that a program makes: it broke (13, 31), hung
// (43), or was ended (45). NVIDIA's document "XID Errors" has them all.
func programErrors() []int { return []int{13, 31, 43, 45} }

// gpuGroup records errors and has the alerts about GPUs.
func (o Options) gpuGroup() monitoringv1.RuleGroup {
	var hardware, program []string
	for _, number := range programErrors() {
		hardware = append(hardware, fmt.Sprintf("!= %d", number))
		program = append(program, fmt.Sprintf("%s == %d", xidChange, number))
	}
	record := func(name, expr string) monitoringv1.Rule {
		return monitoringv1.Rule{Record: name, Expr: intstr.FromString(expr)}
	}
	group := o.group("mlops.gpu", gpuAlerts())
	group.Rules = slices.Concat([]monitoringv1.Rule{
		record(xidChange, changedXID()),
		record(xidHardware, xidChange+" "+strings.Join(hardware, " ")),
		record(xidProgram, strings.Join(program, " or ")),
	}, group.Rules)
	return group
}

// changedXID is the error of a GPU that had another one, or none, a minute ago,
// for each pod that held the GPU then. The exporter shows the last error until it
// restarts, whoever holds the GPU by then, and some releases show nothing before
// the first one: load stands in for it. An error that comes again right after
// itself cannot be seen.
func changedXID() string {
	const (
		xid    = "DCGM_FI_DEV_XID_ERRORS"
		load   = "DCGM_FI_DEV_GPU_UTIL"
		before = " offset 1m"
	)
	byGPU := func(series string) string { return "max by (Hostname, gpu) (" + series + ")" }
	changed := fmt.Sprintf("%s != (%s or %s * 0) > 0", byGPU(xid), byGPU(xid+before), byGPU(load+before))
	return fmt.Sprintf("(%s) * on (Hostname, gpu) group_right () group by (namespace, pod, Hostname, gpu) (%s or %s)",
		changed, xid+before, load+before)
}

func gpuAlerts() []alert {
	return []alert{
		{
			name: GPUIdle, severity: Warning, wait: "30m",
			// Only GPUs a tenant's pod holds: one that nobody holds goes away with
			// its node, by the autoscaler and without anybody's help.
			expr: ofTenant(`max by (namespace, pod, Hostname, gpu) (avg_over_time(DCGM_FI_DEV_GPU_UTIL[10m])) < 5`),

			summary:     "{{ $labels.tenant }} holds a GPU and does not use it",
			description: `GPU {{ $labels.gpu }} of {{ $labels.Hostname }}, held by {{ $labels.namespace }}/{{ $labels.pod }}, has been below 5% load for 30 minutes; now {{ $value | printf "%.1f" }}%.`,
		},
		{
			name: GPUXIDErrors, severity: Critical, wait: "1m",
			// For a day, or until the GPU is gone with its node.
			expr: ofAnyone(fmt.Sprintf(`max_over_time(%s[1d]) and on (Hostname, gpu) group by (Hostname, gpu) (DCGM_FI_DEV_XID_ERRORS)`, xidHardware)),

			summary:     "A GPU reports an error",
			description: "GPU {{ $labels.gpu }} of {{ $labels.Hostname }} reported XID {{ $value }} while {{ $labels.namespace }}/{{ $labels.pod }} held it.",
		},
		{
			name: GPUProgramErrors, severity: Warning, wait: "1m",
			expr: ofAnyone(fmt.Sprintf(`max_over_time(%s[30m])`, xidProgram)),

			summary:     "A program on a GPU failed",
			description: "GPU {{ $labels.gpu }} of {{ $labels.Hostname }} reported XID {{ $value }}, an error of programs, while {{ $labels.namespace }}/{{ $labels.pod }} held it.",
		},
		{
			name: GPUPodsPending, severity: Warning, wait: "15m",
			// Ten minutes is what a GPU node takes to start and be ready.
			expr: ofTenant(`max by (namespace, pod) (kube_pod_status_phase{phase="Pending"}) == 1 and on (namespace, pod) sum by (namespace, pod) (kube_pod_container_resource_requests{resource="nvidia_com_gpu"}) > 0`),

			summary:     "A pod of {{ $labels.tenant }} waits for a GPU",
			description: "Pod {{ $labels.namespace }}/{{ $labels.pod }} has been waiting for a GPU for 15 minutes.",
		},
	}
}
