package guard

func accessRules() []Rule {
	return []Rule{
		{
			ID: "MLOPS-K8S-009", Title: "nothing is bound to cluster-admin",
			Reason: "cluster-admin reads every secret of every tenant; people get it through an access entry that expires with their role.",
			Fix:    "bind a role with the verbs and resources that are used",
			Types:  []string{typeClusterRoleBinding, typeRoleBinding},
			Check: func(r Resource) []Finding {
				var f findings
				f.when(is(r.at("roleRef", "name"), "cluster-admin"), "roleRef is cluster-admin")
				return f
			},
		},
		{
			ID: "MLOPS-K8S-010", Title: "Kubernetes roles have no wildcards",
			Reason: "\"*\" grants verbs and resources that future versions and operators add.",
			Fix:    "list apiGroups, resources and verbs",
			Types:  []string{typeClusterRole, typeKubernetesRole},
			Check: func(r Resource) []Finding {
				var f findings
				rules, _ := items(r.at("rules"))
				for i, rule := range rules {
					for _, key := range []string{"verbs", "resources", "apiGroups"} {
						f.when(contains(child(rule, key), "*"), "rules[%d].%s contains *", i, key)
					}
				}
				return f
			},
		},
	}
}

func providerRules() []Rule {
	return []Rule{{
		ID: "MLOPS-PRV-001", Title: "providers are explicit",
		Reason: "A default provider takes account, region and cluster from whatever shell runs the program.",
		Fix:    "pass the provider to the component with pulumi.Providers; children inherit it",
		Types:  []string{"aws:*", "kubernetes:*"},
		Check: func(r Resource) []Finding {
			var f findings
			name := providerName(r.Provider)
			f.when(fact(r.Custom && (name == "" || isDefaultProvider(name))), "uses the default provider")
			return f
		},
	}}
}
