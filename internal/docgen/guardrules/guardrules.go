// Package guardrules writes docs/guard.md: every guard rule with its reason and
// its fix, and the lists that the rules about policies go by.
package guardrules

import (
	"fmt"
	"strings"

	"github.com/mlops-iac/mlops/internal/guard"
)

const preface = `# Guard rules

<!-- Generated from the rules of internal/guard by make docs. Do not edit. -->

The platform refuses to build what breaks one of these rules. The same rules run in the stack tests, in the offline
preview and in every ` + "`pulumi preview` and `pulumi up`" + `, where a violation stops the run before the resource is made and
names the rule, the resource and the fix.

A value that a preview cannot know, such as the ARN of a resource that does not exist yet, is checked by ` + "`pulumi up`" + `
before the resource that uses it is registered. Rules marked *whole stack* look at how resources belong together and run
after everything else is registered.

## Exceptions

An exception names the rule, the resource's Pulumi name (or a glob) and the reason. It is an error when it has no reason,
names no rule that exists, covers every resource, or is no longer needed.

`

// Render writes the page.
func Render() string {
	var page strings.Builder
	rules := guard.Rules(guard.Options{RequireProtect: true})
	page.WriteString(preface)
	page.WriteString("## Rules\n\n| Rule | What must hold |\n|---|---|\n")
	for _, rule := range rules {
		fmt.Fprintf(&page, "| [%s](#%s) | %s |\n", rule.ID, strings.ToLower(rule.ID), rule.Title)
	}
	for _, rule := range rules {
		page.WriteString(section(rule))
	}
	page.WriteString("\n## Actions that may use \"*\" as a resource\n\nAWS cannot limit these to a resource (MLOPS-IAM-002):\n\n")
	page.WriteString(bullets(guard.UnscopedActions))
	page.WriteString("\nA condition that requires one of these keys narrows \"*\" enough; a trailing / or : stands for a family of keys:\n\n")
	page.WriteString(bullets(guard.NarrowingKeys))
	page.WriteString("\n## Conditions that make an anonymous principal somebody\n\nA resource policy may allow \"*\" under a condition on (MLOPS-IAM-005):\n\n")
	page.WriteString(bullets(guard.CallerKeys))
	return page.String()
}

func section(rule guard.Rule) string {
	scope := "each resource when it is registered"
	switch {
	case rule.Check == nil:
		scope = "whole stack"
	case rule.CheckSet != nil:
		scope += ", and the whole stack"
	}
	if strings.HasPrefix(rule.ID, "MLOPS-PRO-") {
		scope += "; only in stacks whose settings require protection"
	}
	return fmt.Sprintf("\n### %s\n\n**%s.** %s\n\n- Fix: %s.\n- Checks: %s.\n- Types: %s.\n",
		rule.ID, strings.ToUpper(rule.Title[:1])+rule.Title[1:], rule.Reason, rule.Fix, scope, "`"+strings.Join(rule.Types, "`, `")+"`")
}

func bullets(entries []string) string {
	return "- `" + strings.Join(entries, "`\n- `") + "`\n"
}
