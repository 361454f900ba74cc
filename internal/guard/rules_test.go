package guard_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/guard"
)

func allCases() []ruleCase {
	return slices.Concat(
		databaseCases(), registryCases(), encryptionCases(), protectionCases(), companionCases(), bucketCases(),
		ingressCases(), aclCases(), balancerCases(), publishedCases(), clusterCases(), nodeCases(), actionCases(), resourceCases(), trustCases(), principalCases(),
		tagCases(), namespaceCases(), workloadCases(), accessCases(), supplyCases(),
	)
}

func allRules() []guard.Rule { return guard.Rules(guard.Options{RequireProtect: true}) }

// Every rule says all a reader needs, and has a case that trips it and one that does not.
func TestEveryRuleIsDescribedAndTried(t *testing.T) {
	t.Parallel()
	id := regexp.MustCompile(`^MLOPS-[A-Z0-9]{2,3}-[0-9]{3}$`)
	tripped, held := map[string]bool{}, map[string]bool{}
	for _, c := range allCases() {
		if c.want == nil {
			held[c.rule] = true
		} else {
			tripped[c.rule] = true
		}
	}
	var ids []string
	for _, rule := range allRules() {
		ids = append(ids, rule.ID)
		assert.Regexp(t, id, rule.ID)
		assert.NotEmpty(t, rule.Title, rule.ID)
		assert.True(t, strings.HasSuffix(rule.Reason, "."), "%s: the reason is a sentence", rule.ID)
		assert.NotEmpty(t, rule.Fix, rule.ID)
		assert.NotEmpty(t, rule.Types, rule.ID)
		assert.True(t, rule.Check != nil || rule.CheckSet != nil, "%s checks nothing", rule.ID)
		assert.True(t, tripped[rule.ID], "no case trips %s", rule.ID)
		assert.True(t, held[rule.ID], "no case holds %s", rule.ID)
	}
	assert.IsIncreasing(t, ids, "rules are sorted and their IDs unique")
	for rule := range tripped {
		assert.Contains(t, ids, rule, "a case for a rule that does not exist")
	}
}

func TestOptionsSelectRules(t *testing.T) {
	t.Parallel()
	ids := func(options guard.Options) []string {
		var found []string
		for _, rule := range guard.Rules(options) {
			found = append(found, rule.ID)
		}
		return found
	}
	relaxed, strict := ids(guard.Options{}), ids(guard.Options{RequireProtect: true})
	assert.NotContains(t, relaxed, "MLOPS-PRO-001")
	assert.Contains(t, strict, "MLOPS-PRO-001")
	assert.Contains(t, strict, "MLOPS-PRO-002")
	assert.Contains(t, strict, "MLOPS-PRO-003")
	assert.Contains(t, relaxed, "MLOPS-PRV-001")
	assert.NotContains(t, ids(guard.Options{AllowDefaultProviders: true}), "MLOPS-PRV-001")
}

func TestExemptions(t *testing.T) {
	t.Parallel()
	in := []guard.Resource{
		res(ingressRule, "web-http", m{"cidrIpv4": "0.0.0.0/0", "tags": mandatory()}),
		res(ingressRule, "web/https", m{"cidrIpv4": "0.0.0.0/0", "tags": mandatory()}),
	}
	const rule = "MLOPS-NET-001"
	for _, c := range []struct {
		name               string
		exemption          guard.Exemption
		violated, exempted int
		problem            string
	}{
		{"one resource", guard.Exemption{Rule: rule, Resource: "web-http", Reason: "public site"}, 1, 1, ""},
		{"glob over slashes", guard.Exemption{Rule: rule, Resource: "web*", Reason: "public site"}, 0, 2, ""},
		{"no reason", guard.Exemption{Rule: rule, Resource: "web-http", Reason: " "}, 2, 0, "has no reason"},
		{"unknown rule", guard.Exemption{Rule: "MLOPS-NET-999", Resource: "web-http", Reason: "r"}, 2, 0, "no such rule"},
		{"another rule", guard.Exemption{Rule: "MLOPS-NET-004", Resource: "web-http", Reason: "r"}, 2, 0, "matches no violation; remove it"},
		{"nothing matches", guard.Exemption{Rule: rule, Resource: "api", Reason: "r"}, 2, 0, "matches no violation; remove it"},
		{"everything", guard.Exemption{Rule: rule, Resource: "**", Reason: "r"}, 2, 0, "names no resource; a rule cannot be switched off as a whole"},
		{"bad glob", guard.Exemption{Rule: rule, Resource: "[", Reason: "r"}, 2, 0, "is not a valid glob"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			report := guard.Evaluate(in, []guard.Exemption{c.exemption}, guard.Options{})
			assert.Len(t, report.Violations, c.violated)
			assert.Len(t, report.Exempted, c.exempted)
			for _, e := range report.Exempted {
				assert.Equal(t, c.exemption.Reason, e.Reason)
			}
			if c.problem == "" {
				assert.Empty(t, report.StaleExemptions)
				return
			}
			require.Len(t, report.StaleExemptions, 1)
			assert.Equal(t, c.problem, report.StaleExemptions[0].Problem)
			assert.ErrorContains(t, report.Err(), c.problem)
		})
	}
}

// An exemption from a rule that the stack's options switch off is stale, not unknown.
func TestExemptionFromRuleThatIsOff(t *testing.T) {
	t.Parallel()
	exemption := guard.Exemption{Rule: "MLOPS-PRO-001", Resource: "x", Reason: "r"}
	report := guard.Evaluate(one(key, m{"enableKeyRotation": true, "tags": mandatory()}), []guard.Exemption{exemption}, guard.Options{})
	assert.EqualError(t, report.Err(), `guard: exemption from "MLOPS-PRO-001" for "x": matches no violation; remove it`)
}

func TestReportNamesRuleResourceAndFix(t *testing.T) {
	t.Parallel()
	web := res(ingressRule, "web", m{"cidrIpv4": "0.0.0.0/0", "cidrIpv6": "::/0", "tags": mandatory()})
	web.URN = storeURN
	report := guard.Evaluate([]guard.Resource{web, res(bucketPolicy, "ok", m{"policy": policy(denyHTTP())})}, nil, guard.Options{})
	assert.Equal(t, 2, report.Checked)
	assert.Equal(t, storeURN, report.Violations[0].URN)
	assert.EqualError(t, report.Err(), `guard: 2 violations:
  MLOPS-NET-001 (no ingress from the internet): aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule "web": admits 0.0.0.0/0; fix: admit a security group, a prefix list or the CIDRs of your network
  MLOPS-NET-001 (no ingress from the internet): aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule "web": admits ::/0; fix: admit a security group, a prefix list or the CIDRs of your network`)
	assert.NoError(t, guard.Evaluate(nil, nil, guard.Options{}).Err())
}

// The report does not depend on the order in which the engine registers resources.
func TestReportIsSorted(t *testing.T) {
	t.Parallel()
	in := []guard.Resource{res(vpc, "b", m{}), res(bucket, "a", m{}), res(vpc, "a", m{})}
	forward := guard.Evaluate(in, nil, guard.Options{})
	slices.Reverse(in)
	assert.Equal(t, forward, guard.Evaluate(in, nil, guard.Options{}))
}

// A bucket as the platform builds it breaks nothing.
func TestClosedBucketIsClean(t *testing.T) {
	t.Parallel()
	in := closedBucket("store-raw")
	in[0].Inputs["tags"] = mandatory()
	in[0].Protect = true
	assert.NoError(t, guard.Evaluate(in, nil, guard.Options{RequireProtect: true}).Err())
}
