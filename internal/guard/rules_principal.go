package guard

import (
	"slices"
	"strings"
)

// resourcePolicies are the types that hold policies of resources. VPC endpoint
// policies are not among them: their principals are already limited to the VPC.
var resourcePolicies = []string{
	typeBucketPolicy, typeBucket, typeBucketLegacy, typeKey, typeKeyPolicy, typeTopic, typeTopicPolicy,
	typeQueue, typeQueuePolicy, typeRepositoryPolicy, typeSecret, typeSecretPolicy,
	typeBackupVaultPolicy, typeFileSystemPolicy,
}

// CallerKeys are the condition keys that make an anonymous principal mean somebody in particular.
var CallerKeys = []string{
	"aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths",
	"aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceOwner",
	"aws:SourceVpc", "aws:SourceVpce", "kms:CallerAccount", "elasticfilesystem:AccessedViaMountTarget",
}

func principalRules() []Rule {
	return []Rule{
		{
			ID: "MLOPS-IAM-005", Title: "nothing is granted to everyone",
			Reason: "A resource policy that allows \"*\" publishes the resource.",
			Fix:    "name the principals, or add a condition on the caller's account, organisation or network",
			Types:  append([]string{typeRole}, resourcePolicies...), Check: noAnonymous,
		},
		{
			ID: "MLOPS-IAM-006", Title: "federated trust names its subject",
			Reason: "A trust policy without a condition on the token's subject lets every workload of the identity provider take the role.",
			Fix:    "test the token's sub with the exact service account or repository",
			Types:  []string{typeRole}, Check: federatedSubject,
		},
		{
			ID: "MLOPS-KMS-002", Title: "key policies grant kms:* to the account only",
			Reason: "kms:* includes changing the policy and deleting the key; the account's root entry is the one place for it.",
			Fix:    "grant other principals the cryptographic actions they use",
			Types:  []string{typeKey, typeKeyPolicy}, Check: keyAdministrators,
		},
	}
}

func policyOf(r Resource) any {
	if r.Type == typeRole {
		return r.at("assumeRolePolicy")
	}
	return r.at("policy")
}

func noAnonymous(r Resource) []Finding {
	var f findings
	statements, answer := parsePolicy(policyOf(r))
	f.unless(answer, "is not a policy document")
	for i, s := range statements {
		open := s.Principal.anyone() || s.NotPrincipal != nil
		f.when(fact(s.allows() && open && !s.narrowed(CallerKeys)), "%s allows everyone", s.label(i))
	}
	return f
}

func federatedSubject(r Resource) []Finding {
	var f findings
	statements, _ := parsePolicy(r.at("assumeRolePolicy"))
	for i, s := range statements {
		if !s.allows() || len(s.Principal["Federated"]) == 0 || slices.Contains(s.Action, "sts:AssumeRoleWithSAML") {
			continue
		}
		f.unless(fact(s.testsSubject()), "%s does not test the subject of the token", s.label(i))
	}
	return f
}

func (s statement) testsSubject() bool {
	for operator, tests := range s.Condition {
		if operator != "StringEquals" && operator != "StringLike" {
			continue
		}
		for key, values := range tests {
			if strings.HasSuffix(key, ":sub") && !slices.ContainsFunc(values, isOpenSubject) {
				return true
			}
		}
	}
	return false
}

// isOpenSubject says whether a pattern matches subjects of every namespace or organisation.
func isOpenSubject(subject string) bool {
	return strings.HasPrefix(subject, "*") ||
		strings.HasPrefix(subject, "system:serviceaccount:*") || strings.HasPrefix(subject, "repo:*")
}

func keyAdministrators(r Resource) []Finding {
	var f findings
	statements, _ := parsePolicy(r.at("policy"))
	for i, s := range statements {
		if !s.allows() || !slices.ContainsFunc(s.Action, func(a string) bool { return a == "*" || strings.EqualFold(a, "kms:*") }) {
			continue
		}
		f.unless(fact(s.Principal.onlyAccounts()), "%s allows kms:* to others than the account", s.label(i))
	}
	return f
}

// onlyAccounts says whether all principals are account roots.
func (p principals) onlyAccounts() bool {
	if len(p) != 1 || len(p["AWS"]) == 0 {
		return false
	}
	return !slices.ContainsFunc(p["AWS"], func(id string) bool {
		return !strings.HasSuffix(id, ":root") && !isAccountID(id)
	})
}

func isAccountID(id string) bool {
	return len(id) == 12 && strings.Trim(id, "0123456789") == ""
}
