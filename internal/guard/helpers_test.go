package guard_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/internal/guard"
	"github.com/mlops-iac/mlops/internal/shared/names"
)

type (
	m = map[string]any
	l = []any
)

// ruleCase evaluates resources by every rule and compares what one rule found.
type ruleCase struct {
	rule, name string
	in         []guard.Resource
	// want has one entry for each violation, "resource: detail"; nil when the rule holds.
	want []string
}

const (
	stackURN = "urn:pulumi:test::mlops::pulumi:pulumi:Stack::mlops-test"
	storeURN = "urn:pulumi:test::mlops::mlops:index:ObjectStore::store"
)

func res(typeToken, name string, inputs m) guard.Resource {
	return guard.Resource{Type: typeToken, Name: name, Custom: true, Parent: storeURN, Provider: stackURN, Inputs: inputs}
}

func one(typeToken string, inputs m) []guard.Resource {
	return []guard.Resource{res(typeToken, "x", inputs)}
}

// tenantResource is a resource made by the tenant component.
func tenantResource(typeToken, name string, inputs m) guard.Resource {
	r := res(typeToken, name, inputs)
	r.Parent = "urn:pulumi:test::mlops::" + names.TenantToken + "::vision"
	return r
}

func policy(statements ...any) string {
	return toJSON(m{"Version": "2012-10-17", "Statement": l(statements)})
}

func broken(report guard.Report, rule string) []string {
	var found []string
	for _, v := range report.Violations {
		if v.Rule == rule {
			found = append(found, v.Name+": "+v.Detail)
		}
	}
	return found
}

func runCases(t *testing.T, cases []ruleCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.rule+" "+c.name, func(t *testing.T) {
			t.Parallel()
			report := guard.Evaluate(c.in, nil, guard.Options{RequireProtect: true})
			assert.Equal(t, c.want, broken(report, c.rule))
		})
	}
}
