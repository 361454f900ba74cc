package report_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/internal/guard"
	"github.com/mlops-iac/mlops/internal/settings/edits"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/engine/fakeprovider"
	"github.com/mlops-iac/mlops/internal/workbench/preview/report"
)

const root = "urn:pulumi:%::mlops::pulumi:pulumi:Stack::mlops-%"

func urn(stack, rest string) string { return "urn:pulumi:" + stack + "::mlops::" + rest }

func plan(stack string, extra ...engine.Resource) engine.Plan {
	prefix := "mlops-" + stack
	stackURN := strings.ReplaceAll(root, "%", stack)
	component := urn(stack, "mlops:index:Network::"+prefix+"-network")
	return engine.Plan{
		Stack: stack, Aliases: map[string]string{prefix: "<stack>"},
		Resources: append([]engine.Resource{
			{URN: stackURN, Type: "pulumi:pulumi:Stack", Op: "create"},
			{URN: component, Type: "mlops:index:Network", Name: prefix + "-network", Parent: stackURN, Op: "create"},
			{
				URN: urn(stack, "mlops:index:Network$aws:ec2/vpc:Vpc::"+prefix+"-vpc"), Type: "aws:ec2/vpc:Vpc", Name: prefix + "-vpc",
				Parent: component, Custom: true, Protect: stack == "prod", Op: "create",
				Inputs: map[string]any{
					"cidrBlock": "10.0.0.0/16", "tags": map[string]any{"Name": prefix + "-vpc", "environment": stack},
					"policy": strings.Repeat("x", 80) + stack + strings.Repeat("y", 80),
					"zones":  []any{"a", map[string]string{"dev": "b", "prod": "c"}[stack]},
				},
			},
		}, extra...),
	}
}

func loose(stack, name string) engine.Resource {
	return engine.Resource{
		URN: urn(stack, "aws:ec2/eip:Eip::mlops-"+stack+"-"+name), Type: "aws:ec2/eip:Eip", Name: "mlops-" + stack + "-" + name,
		Parent: strings.ReplaceAll(root, "%", stack), Custom: true, Op: "create",
	}
}

func TestTreeShowsParentsAndProtection(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	report.Tree(&out, plan("prod", loose("prod", "ip")))
	assert.Equal(t, `Plan of stack prod

+ mlops:index:Network  mlops-prod-network
    + aws:ec2:Vpc  mlops-prod-vpc  [protected]
+ aws:ec2:Eip  mlops-prod-ip

`, out.String())
}

func TestCompareLooksPastTheStacksOwnNames(t *testing.T) {
	t.Parallel()
	difference := report.Compare(plan("dev", loose("dev", "old")), plan("prod", loose("prod", "new")))
	assert.Equal(t, []string{"aws:ec2:Eip  mlops-prod-new"}, difference.Added)
	assert.Equal(t, []string{"aws:ec2:Eip  mlops-dev-old"}, difference.Removed)
	assert.Equal(t, []report.Change{{
		Resource: "aws:ec2:Vpc  mlops-prod-vpc",
		Inputs: []report.InputChange{
			{Path: "(option) protect", From: "false", To: "true"},
			{Path: "policy", From: strings.Repeat("x", 80) + "dev" + strings.Repeat("y", 80), To: strings.Repeat("x", 80) + "prod" + strings.Repeat("y", 80)},
			{Path: "zones[1]", From: "b", To: "c"},
		},
	}}, difference.Changed)
	assert.Equal(t, map[string]report.InputChange{"environment": {Path: "tags.environment", From: "dev", To: "prod"}}, difference.Tags)

	same := report.Compare(plan("dev"), plan("dev"))
	assert.Empty(t, same.Added)
	assert.Empty(t, same.Removed)
	assert.Empty(t, same.Changed)
}

func TestSummaryTellsEverything(t *testing.T) {
	t.Parallel()
	against := plan("dev")
	shown := plan("prod")
	shown.Providers = []engine.Provider{{Package: "aws", Detail: "d1"}, {Package: "eks", Real: true, Detail: "d2"}}
	shown.Lookups = []fakeprovider.Asked{{Token: "aws:index/getPartition:getPartition", Number: 2}}
	shown.Diagnostics = []engine.Diagnostic{
		{Severity: "error", URN: "urn:pulumi:prod::mlops::a:b:C::thing", Message: "first\nsecond"},
		{Severity: "error", Message: "guard: MLOPS-NET-001 said above"},
	}
	violation := guard.Violation{Rule: "MLOPS-NET-001", Type: "aws:ec2/vpc:Vpc", Name: "v", Detail: "open", Fix: "close it"}
	summary := report.Summary{
		Plan: shown, Against: &against, Took: 1500 * time.Millisecond,
		Edits: []edits.Edit{
			{Key: "network.cidr", From: `"10.0.0.0/16"`, To: `"10.9.0.0/16"`, Does: "**replaces** `aws_vpc`"},
			{Key: "kubernetes.context", To: `"c"`},
		},
		Refused:      errors.New("network.cidr: must stay\nand more"),
		Incomparable: errors.New("not compared\nbecause"),
		Guard: guard.Report{
			Checked: 3, Violations: []guard.Violation{violation},
			Exempted:        []guard.Exempted{{Violation: violation, Reason: "because"}},
			StaleExemptions: []guard.StaleExemption{{Exemption: guard.Exemption{Rule: "R", Resource: "x"}, Problem: "matches nothing"}},
		},
	}
	var out strings.Builder
	summary.Write(&out)
	text := out.String()
	for _, want := range []string{
		"  mlops-prod-network               mlops:index:Network  2\n",
		"  aws:ec2:Vpc  1\n",
		"Guard: 3 resources checked, 2 violations, 1 exempted\n",
		`  violation  MLOPS-NET-001  aws:ec2:Vpc "v": open` + "\n             fix: close it\n",
		`  violation  exemption from "R" for "x": matches nothing`,
		`  exempted   MLOPS-NET-001  aws:ec2:Vpc "v": because`,
		"  aws:index/getPartition:getPartition  2\n",
		"Edits of the stack file: 2\n" +
			"  ~ network.cidr: \"10.0.0.0/16\" -> \"10.9.0.0/16\"\n      Changing it later: replaces aws_vpc\n" +
			"  ~ kubernetes.context: (none) -> \"c\"\n" +
			"  refused  network.cidr: must stay\n           and more\n\n" +
			"The earlier version: not compared\n           because\n\n",
		"Against dev: prod has 0 resources more, 0 fewer, 1 with other values\n",
		"  ~ everything: tags.environment: dev -> prod\n",
		"      policy: ..." + strings.Repeat("x", 20) + "dev" + strings.Repeat("y", 37) + "... -> ..." + strings.Repeat("x", 20) + "prod",
		"  aws  fake  d1\n", "  eks  real  d2\n",
		"  error    thing: first\n           second\n",
		"prod: 3 resources planned, 2 guard violations, 2 errors, in 1.5 s\n",
	} {
		assert.Contains(t, text, want)
	}
	assert.NotContains(t, text, "said above", "the engine's repetition of a refusal is left out")
}
