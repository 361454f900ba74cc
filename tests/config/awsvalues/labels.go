package awsvalues

import (
	"strings"

	"github.com/mlops-iac/mlops/components/nodegroup"
	"github.com/mlops-iac/mlops/components/scheduling"
)

// labelCase is a wrong label of the group cpu.
func labelCase(name, key, value, rule string) Case {
	return Case{
		Name: name, Settings: set("nodeGroups.cpu.labels", map[string]any{key: value}),
		Message: "nodeGroups[cpu].labels[" + key + "]: " + rule,
		Type:    groupType, Property: "labels", Value: map[string]any{key: value},
	}
}

// taintCase is a wrong taint of a node group.
func taintCase(name string, taint scheduling.Taint, message string) Case {
	effect := taint.Effect
	if effect == scheduling.NoSchedule {
		effect = "NO_SCHEDULE" // as the EKS API spells it
	}
	return Case{
		Name: name, Args: args(nodes, func(a *nodegroup.Args) { a.Taints = []scheduling.Taint{taint} }, nodegroup.New),
		Message: message, Type: groupType, Property: "taints",
		Value: []any{map[string]any{"key": taint.Key, "value": taint.Value, "effect": effect}},
	}
}

func labelCases() []Case {
	long := strings.Repeat("long.", 11) + "example/key"
	return []Case{
		labelCase("a label key with a space", "the team", "a", `Invalid value: "the team": must be a Kubernetes label key`),
		labelCase("a label value with a space", "team", "a b", `Invalid value: "a b": must be a Kubernetes label value`),
		labelCase("a label value of 64 characters", "team", strings.Repeat("v", 64), `Invalid value: "`+strings.Repeat("v", 64)),
		labelCase("a label without a value", "team", "", `Invalid value: "": must not be empty, as EKS demands of labels`),
		labelCase("a label key longer than EKS takes", long, "a", `Invalid value: "`+long+`": must be at most 63 characters with its prefix`),
		labelCase("a label of Kubernetes", "node.kubernetes.io/role", "a", `Forbidden: is set by Kubernetes, EKS or the role of the group`),
		taintCase("an effect as EC2 would write it", scheduling.Taint{Key: "a", Effect: "NoScheduling"},
			`taints[0].effect: Unsupported value: "NoScheduling"`),
		taintCase("a taint key longer than EKS takes", scheduling.Taint{Key: long, Effect: scheduling.NoSchedule},
			`taints[0].key: Invalid value: "`+long+`": must be at most 63 characters`),
		taintCase("a taint value with a space", scheduling.Taint{Key: "a", Value: "b c", Effect: scheduling.NoSchedule},
			`taints[0].value: Invalid value: "b c"`),
	}
}
