package verifyaws

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/terraform"
)

func TestOrder(t *testing.T) {
	t.Parallel()
	resources := map[string]terraform.Resource{}
	for _, name := range []string{"vpc", "cluster", "nodes", "addon", "role"} {
		resources["aws."+name] = terraform.Resource{URN: name, Paths: map[string]string{"tags": "tags"}}
	}
	translation := Translation{
		Resources: resources,
		Plan: engine.Plan{Resources: []engine.Resource{
			{URN: "vpc", Custom: true},
			{URN: "component"},
			{URN: "inner", Parent: "component"},
			{URN: "cluster", Parent: "inner", Custom: true, Dependencies: []string{"vpc"}},
			{URN: "role", Parent: "component", Custom: true},
			{URN: "release", Custom: true, Dependencies: []string{"nodes"}},
			{URN: "nodes", Custom: true, Dependencies: []string{"component", "nodes"}, IgnoreChanges: []string{"tags"}, Retained: true},
			{URN: "addon", Custom: true, Dependencies: []string{"release", "component", "vpc"}},
		}},
	}
	translation.order()
	order, ignored, retained := map[string][]string{}, map[string][]string{}, map[string]bool{}
	for address, r := range resources {
		order[address], ignored[address], retained[address] = r.DependsOn, r.IgnoreChanges, r.Retained
	}
	assert.Equal(t, map[string][]string{
		"aws.vpc": nil, "aws.role": nil,
		"aws.cluster": {"aws.vpc"},
		// A component stands for all that it is made of.
		"aws.nodes": {"aws.cluster", "aws.role"},
		// What is not on AWS stands for what it depends on.
		"aws.addon": {"aws.cluster", "aws.nodes", "aws.role", "aws.vpc"},
	}, order)
	assert.Equal(t, map[string][]string{"aws.vpc": nil, "aws.role": nil, "aws.cluster": nil, "aws.addon": nil, "aws.nodes": {"tags"}}, ignored)
	assert.Equal(t, map[string]bool{"aws.vpc": false, "aws.role": false, "aws.cluster": false, "aws.addon": false, "aws.nodes": true}, retained)
}
