package guard

import "fmt"

func tenantWorkloadRules() []Rule {
	return []Rule{
		{
			ID: "MLOPS-K8S-006", Title: "tenant pods do not reach the host",
			Reason: "A privileged pod, a host path or a host namespace is root on the node and on every tenant's pods there.",
			Fix:    "remove privileged, hostPath, hostPort, hostNetwork, hostPID and hostIPC",
			Types:  workloads, Check: tenantOnly(hostAccess),
		},
		{
			ID: "MLOPS-K8S-007", Title: "tenant containers run without privileges",
			Reason: "Root and capabilities in a container are one kernel bug away from root on the node.",
			Fix:    "set runAsNonRoot, allowPrivilegeEscalation false, capabilities.drop [ALL] and seccompProfile RuntimeDefault",
			Types:  workloads, Check: tenantOnly(privileges),
		},
		{
			ID: "MLOPS-K8S-008", Title: "tenant containers have a read-only root file system",
			Reason: "Whoever breaks in cannot leave tools behind.",
			Fix:    "set readOnlyRootFilesystem to true and mount an emptyDir where the program writes",
			Types:  workloads, Check: tenantOnly(func(r Resource, f *findings) {
				for _, c := range containers(r) {
					f.unless(isTrue(c.at("securityContext", "readOnlyRootFilesystem")), "%s: readOnlyRootFilesystem is not true", c.path)
				}
			}),
		},
	}
}

func tenantOnly(check func(Resource, *findings)) func(Resource) []Finding {
	return func(r Resource) []Finding {
		var f findings
		if ofTenant(r) {
			check(r, &f)
		}
		return f
	}
}

func hostAccess(r Resource, f *findings) {
	spec := podSpec(r)
	for _, key := range []string{"hostNetwork", "hostPID", "hostIPC"} {
		f.when(isTrue(child(spec, key)), "%s is true", key)
	}
	volumes, _ := items(child(spec, "volumes"))
	for i, volume := range volumes {
		f.when(isSet(child(volume, "hostPath")), "volumes[%d] is a hostPath", i)
	}
	for _, c := range containers(r) {
		f.when(isTrue(c.at("securityContext", "privileged")), "%s is privileged", c.path)
		ports, _ := items(c.at("ports"))
		for i, port := range ports {
			f.when(isSet(child(port, "hostPort")), "%s has a hostPort", fmt.Sprintf("%s.ports[%d]", c.path, i))
		}
	}
}

func privileges(r Resource, f *findings) {
	pod := child(podSpec(r), "securityContext")
	for _, c := range containers(r) {
		nonRoot := c.at("securityContext", "runAsNonRoot")
		if nonRoot == nil {
			nonRoot = child(pod, "runAsNonRoot")
		}
		profile := c.at("securityContext", "seccompProfile", "type")
		if profile == nil {
			profile = child(child(pod, "seccompProfile"), "type")
		}
		user := c.at("securityContext", "runAsUser")
		if user == nil {
			user = child(pod, "runAsUser")
		}
		uid, answer := number(user)
		f.when(fact(answer == yes && uid == 0), "%s: runAsUser is 0", c.path)
		f.unless(isTrue(nonRoot), "%s: runAsNonRoot is not true", c.path)
		f.unless(is(profile, "RuntimeDefault", "Localhost"), "%s: seccompProfile is not RuntimeDefault", c.path)
		f.unless(isFalse(c.at("securityContext", "allowPrivilegeEscalation")), "%s: allowPrivilegeEscalation is not false", c.path)
		f.unless(contains(c.at("securityContext", "capabilities", "drop"), "ALL"), "%s: capabilities.drop does not contain ALL", c.path)
	}
}
