package mutation

// access widens Roles.
func access() []Breakage {
	const file = "components/tenant/access.go"
	fails := []string{"rbac"}
	return []Breakage{
		{
			Name: "viewers read Secrets", File: file, Fails: fails,
			Old: `"resourcequotas", "serviceaccounts", "services",`,
			New: `"resourcequotas", "secrets", "serviceaccounts", "services",`,
		},
		{
			Name: "viewers have every verb", File: file, Fails: fails,
			Old: `readVerbs  = []string{"get", "list", "watch"}`,
			New: `readVerbs  = []string{"*"}`,
		},
		{
			Name: "editors make RoleBindings", File: file, Fails: fails,
			Old: `rule("batch", []string{"jobs"}, writeVerbs),`,
			New: `rule("batch", []string{"jobs"}, writeVerbs), rule(rbacGroup, []string{"rolebindings"}, writeVerbs),`,
		},
		{
			Name: "pods may do what viewers may", File: file, Fails: fails,
			Old: "rbacv1.PolicyRuleArray{own}, account}",
			New: "append(viewerRules(), own), account}",
		},
	}
}
