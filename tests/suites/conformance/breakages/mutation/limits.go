package mutation

const (
	namespaceFile = "components/tenant/namespace.go"
	limitsFile    = "components/tenant/limits.go"
)

// limits breaks what is on the namespace of a tenant: default resources, Pod
// Security and quota.
func limits() []Breakage {
	return []Breakage{
		{
			Name: "containers get no limits by default",
			File: limitsFile,
			Old: `
				Default: pulumi.ToStringMap(map[string]string{
					cpuResource: limits.DefaultLimits.CPU, memoryResource: limits.DefaultLimits.Memory, ephemeralResource: ScratchSize,
				}),`,
			Fails: []string{"limits/defaults"},
		},
		{
			Name:  "one volume may be larger than defined",
			File:  limitsFile,
			Old:   "pulumi.String(limits.MaxVolumeSize)",
			New:   `pulumi.String("64Ti")`,
			Fails: []string{"limits/volumes"},
		},
		{
			Name:  `Pod Security is "baseline"`,
			File:  namespaceFile,
			Old:   `podsecurity.Latest(b.labels("namespace"), podsecurity.Restricted)`,
			New:   `podsecurity.Latest(b.labels("namespace"), podsecurity.Baseline)`,
			Fails: []string{"podsecurity"},
		},
		{
			Name:  "images of other repositories are let in with a warning",
			File:  "components/tenant/admission.go",
			Old:   `[]string{"Deny"}`,
			New:   `[]string{"Warn"}`,
			Fails: []string{"images"},
		},
		{
			Name:  "the quota has one GPU more than defined",
			File:  limitsFile,
			Old:   "strconv.Itoa(quota.GPUs)",
			New:   "strconv.Itoa(quota.GPUs + 1)",
			Fails: []string{"quota/compute"},
		},
		{
			Name: "the quota has no limit of CPU",
			File: limitsFile,
			Old: `
			"limits." + cpuResource:              quota.CPU,`,
			Fails: []string{"quota/compute"},
		},
		{
			Name: "the quota allows node ports",
			File: limitsFile,
			Old: `
			"services.nodeports":     "0",`,
			Fails: []string{"quota/services"},
		},
		{
			Name:  "pods of a tenant may be in the highest priority class",
			File:  limitsFile,
			Old:   `systempriority.ClusterCritical, systempriority.NodeCritical`,
			New:   `systempriority.ClusterCritical`,
			Fails: []string{"quota/priority"},
		},
		{
			Name: "the quota does not count Secrets",
			File: limitsFile,
			Old: `
			"count/secrets":                      strconv.Itoa(MaxSecrets),`,
			Fails: []string{"quota/objects"},
		},
		{
			Name:  "viewers of the platform read Secrets",
			File:  "components/cluster/viewers/viewers.go",
			Old:   `"resourcequotas", "serviceaccounts"`,
			New:   `"resourcequotas", "secrets", "serviceaccounts"`,
			Fails: []string{"viewers"},
		},
	}
}
