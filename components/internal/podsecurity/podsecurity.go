// Package podsecurity makes the labels of the namespaces that the library makes:
// by them Kubernetes' Pod Security admission checks the pods inside.
package podsecurity

import "maps"

// The levels of the Pod Security Standards, the widest first.
const (
	Privileged = "privileged"
	Baseline   = "baseline"
	Restricted = "restricted"
)

const prefix = "pod-security.kubernetes.io/"

// Labels are those of a namespace that refuses pods wider than enforce and
// reports pods wider than report, to the user and in the audit log. own, which
// may be nil, go with them.
func Labels(own map[string]string, enforce, report string) map[string]string {
	all := map[string]string{
		"app.kubernetes.io/managed-by": "pulumi",
		prefix + "enforce":             enforce, prefix + "audit": report, prefix + "warn": report,
	}
	maps.Copy(all, own)
	return all
}

// Latest are Labels with one level for all three, as the newest version of the
// standards that the API server knows defines it.
func Latest(own map[string]string, level string) map[string]string {
	all := Labels(own, level, level)
	for _, mode := range []string{"enforce", "audit", "warn"} {
		all[prefix+mode+"-version"] = "latest"
	}
	return all
}
