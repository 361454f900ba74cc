package guard

// statefulTypes hold what cannot be made again.
var statefulTypes = []string{
	typeDatabase, typeDatabaseCluster, typeBucket, typeBucketLegacy, typeKey, typeEKSCluster,
	typeRepository, typeBackupVault, typeFileSystem,
}

func protectionRules() []Rule {
	return []Rule{
		{
			ID: "MLOPS-PRO-001", Title: "stateful resources are protected",
			Reason: "A renamed setting, or a wrong stack name, would otherwise delete data in one step.",
			Fix:    "set protect in the stack's settings (or deletionProtection on a database)",
			Types:  statefulTypes,
			Check: func(r Resource) []Finding {
				var f findings
				f.unless(fact(r.Protect).or(isTrue(r.at("deletionProtection"))), "neither protect nor deletionProtection is set")
				return f
			},
		},
		{
			ID: "MLOPS-PRO-002", Title: "deletion does not take the data along",
			Reason: "These settings exist for short-lived stacks: they empty or skip what AWS would refuse to lose.",
			Fix:    "leave forceDestroy, forceDelete and skipFinalSnapshot false, and recoveryWindowInDays above 0",
			Types:  append([]string{typeSecret}, statefulTypes...),
			Check: func(r Resource) []Finding {
				var f findings
				for _, key := range []string{"forceDestroy", "forceDelete", "skipFinalSnapshot"} {
					f.when(isTrue(r.at(key)), "%s is true", key)
				}
				days, answer := number(r.at("recoveryWindowInDays"))
				f.when(fact(answer == yes && days == 0), "recoveryWindowInDays is 0")
				return f
			},
		},
		{
			ID: "MLOPS-PRO-003", Title: "what cannot be made again is not replaced",
			Reason: "Of a value that cannot change in place Pulumi makes a replacement first: an empty database beside the full one, a second VPC.",
			Fix:    "set protect in the stack's settings: Pulumi then refuses the replacement before it makes anything",
			Types:  append([]string{typeVPC}, statefulTypes...),
			Check: func(r Resource) []Finding {
				var f findings
				f.unless(fact(r.Protect), "protect is not set")
				return f
			},
		},
	}
}
