package chart

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/scheduling"
)

// StringMap renders labels, annotations or tags as chart values.
func StringMap(labels map[string]string) map[string]any {
	rendered := make(map[string]any, len(labels))
	for key, value := range labels {
		rendered[key] = value
	}
	return rendered
}

// Strings renders texts as a list of chart values.
func Strings(texts []string) []any {
	rendered := make([]any, len(texts))
	for i, text := range texts {
		rendered[i] = text
	}
	return rendered
}

// Tolerations renders tolerations of exactly the given taints as chart values.
func Tolerations(taints ...scheduling.Taint) []any {
	rendered := make([]any, len(taints))
	for i, taint := range taints {
		rendered[i] = map[string]any{
			"key": taint.Key, "operator": "Equal", "value": taint.Value, "effect": taint.Effect,
		}
	}
	return rendered
}

// GPUNodeAffinity renders a node affinity for nodes with an NVIDIA GPU. Charts
// that ship an affinity of their own need it, because Helm merges maps and a
// node selector alone would leave the chart's terms in force.
func GPUNodeAffinity() map[string]any {
	terms := []any{map[string]any{"matchExpressions": []any{map[string]any{
		"key": scheduling.AcceleratorLabel, "operator": "In", "values": []any{scheduling.AcceleratorNVIDIA},
	}}}}
	return map[string]any{"nodeAffinity": map[string]any{
		"requiredDuringSchedulingIgnoredDuringExecution": map[string]any{"nodeSelectorTerms": terms},
	}}
}

// GPUNodeSelector selects nodes with an NVIDIA GPU.
func GPUNodeSelector() map[string]any {
	return map[string]any{scheduling.AcceleratorLabel: scheduling.AcceleratorNVIDIA}
}

// Resources renders requests, and a memory limit equal to the memory request.
// There is no CPU limit: an add-on throttled at start-up misses its probes.
func Resources(cpu, memory string) map[string]any {
	return map[string]any{
		"requests": map[string]any{"cpu": cpu, "memory": memory},
		"limits":   map[string]any{"memory": memory},
	}
}

// ServiceAccount renders a service account that the chart creates.
// Annotations may be nil; with Pod Identity a service account needs none.
func ServiceAccount(name string, annotations pulumi.StringMapInput) map[string]any {
	account := map[string]any{"create": true, "name": name}
	if annotations != nil {
		account["annotations"] = annotations
	}
	return account
}
