package guard_test

import (
	"testing"

	"github.com/mlops-iac/mlops/internal/guard"
)

const autoScalingGroup = "aws:autoscaling/group:Group"

func mandatory() m {
	return m{"project": "p", "environment": "e", "owner": guard.Unknown{}, "cost-center": "c", "managed-by": "pulumi"}
}

func tagCases() []ruleCase {
	const lacksAll = "lacks project, environment, owner, cost-center, managed-by"
	lasting := m{"project": "p", "environment": "e", "managed-by": "pulumi", "Name": "n"}
	partly := mandatory()
	delete(partly, "owner")
	partly["project"] = ""
	component := res(vpc, "x", m{})
	component.Custom = false
	return []ruleCase{
		{"MLOPS-TAG-001", "none", one(vpc, m{}), []string{"x: tags " + lacksAll}},
		{"MLOPS-TAG-001", "missing and empty", one(vpc, m{"tags": partly}), []string{"x: tags lacks project, owner"}},
		{"MLOPS-TAG-001", "scaling group", one(autoScalingGroup, m{"tags": l{m{"key": "project", "value": "p"}}}), []string{"x: tags lacks environment, owner, cost-center, managed-by"}},
		{"MLOPS-TAG-001", "all", one(vpc, m{"tags": mandatory()}), nil},
		{"MLOPS-TAG-001", "not decided", one(vpc, m{"tags": guard.Unknown{}}), nil},
		{"MLOPS-TAG-001", "takes none", one(bucketPolicy, m{}), nil},
		{"MLOPS-TAG-001", "component", []guard.Resource{component}, nil},
		{"MLOPS-TAG-002", "none", one(launchTemplate, m{}), []string{"x: no tagSpecifications for instance", "x: no tagSpecifications for volume"}},
		{
			"MLOPS-TAG-002", "volume untagged",
			one(launchTemplate, m{"tagSpecifications": l{m{"resourceType": "instance", "tags": lasting}, m{"resourceType": "volume"}}}),
			[]string{"x: tagSpecifications[1] (volume) lacks project, environment, managed-by"},
		},
		{
			"MLOPS-TAG-002", "tags that may change",
			one(launchTemplate, m{"tagSpecifications": l{
				m{"resourceType": "instance", "tags": lasting}, m{"resourceType": "volume", "tags": mandatory()},
			}}),
			[]string{"x: tagSpecifications[1] (volume) has owner, cost-center, which may change"},
		},
		{"MLOPS-TAG-002", "both", one(launchTemplate, m{"tagSpecifications": l{
			m{"resourceType": "instance", "tags": lasting}, m{"resourceType": "volume", "tags": lasting},
		}}), nil},
		{"MLOPS-TAG-003", "new service", one("aws:quantum/computer:Computer", m{}), []string{"x: the type is not in the table of taggable types"}},
		{"MLOPS-TAG-003", "known", one(bucketPolicy, m{}), nil},
	}
}

func TestTagRules(t *testing.T) {
	t.Parallel()
	runCases(t, tagCases())
}
