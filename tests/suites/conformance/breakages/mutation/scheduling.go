package mutation

const (
	servingFile  = "components/tenant/serving.go"
	trainingFile = "components/tenant/training.go"
	placement    = "scheduling/placement"
)

// scheduling breaks what decides on which nodes the pods of tenants run.
func scheduling() []Breakage {
	return []Breakage{
		{
			// With the admission plugin ExtendedResourceToleration the toleration is
			// added anyway, so only the test without it can tell.
			Name:  "GPU training does not tolerate the taint of GPU nodes",
			File:  trainingFile,
			Old:   "list = append(list, toleration(scheduling.GPUTaint()))",
			Fails: []string{"TestWithoutExtendedResourceToleration"},
		},
		{
			Name:  "spot training does not tolerate the taint of spot nodes",
			File:  trainingFile,
			Old:   "list = append(list, toleration(scheduling.SpotTaint()))",
			Fails: []string{placement},
		},
		{
			Name: "inference tolerates the taint of spot nodes",
			File: servingFile,
			Old:  "Containers: corev1.ContainerArray{b.server(config)},",
			New: `Tolerations: corev1.TolerationArray{toleration(scheduling.SpotTaint())},
		Containers: corev1.ContainerArray{b.server(config)},`,
			Fails: []string{placement},
		},
		{
			Name:  "inference runs on any node",
			File:  servingFile,
			Old:   "NodeAffinity: b.nodes(scheduling.RoleLabel, string(scheduling.RoleCPU)),",
			Fails: []string{placement},
		},
		{
			Name:  "replicas are not spread over zones",
			File:  servingFile,
			Old:   "b.spread(scheduling.ZoneLabel), b.spread(scheduling.HostnameLabel)",
			New:   "b.spread(scheduling.HostnameLabel)",
			Fails: []string{"scheduling/spread"},
		},
	}
}
