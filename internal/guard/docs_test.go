package guard_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/guard"
)

const docsFile = "../../docs/guard.md"

var update = flag.Bool("update", false, "rewrite "+docsFile)

// The page is written from the rules: go test ./internal/guard -run TestDocs -update
func TestDocsAreCurrent(t *testing.T) {
	t.Parallel()
	page := docs()
	if *update {
		require.NoError(t, os.WriteFile(docsFile, []byte(page), 0o600))
	}
	current, err := os.ReadFile(docsFile)
	require.NoError(t, err)
	assert.Equal(t, page, string(current), "run: go test ./internal/guard -run TestDocsAreCurrent -update")
}

const docsIntro = `# Guard rules

<!-- Written from the rules in internal/guard by: go test ./internal/guard -run TestDocsAreCurrent -update -->

The platform refuses to build what breaks one of these rules. The same rules run in the stack tests, in the offline
preview and in every ` + "`pulumi preview` and `pulumi up`" + `, where a violation stops the run before the resource is made and
names the rule, the resource and the fix.

A value that a preview cannot know, such as the ARN of a resource that does not exist yet, is judged by ` + "`pulumi up`" + `
before the resource that uses it is registered. Rules marked *whole stack* look at how resources belong together and run
after everything else is registered.

## Exceptions

An exception names the rule, the resource's Pulumi name (or a glob) and the reason. It is an error when it has no reason,
names no rule that exists, covers every resource, or is no longer needed.

`

func docs() string {
	var page strings.Builder
	page.WriteString(docsIntro)
	page.WriteString("## Rules\n\n| Rule | What must hold |\n|---|---|\n")
	for _, rule := range allRules() {
		fmt.Fprintf(&page, "| [%s](#%s) | %s |\n", rule.ID, strings.ToLower(rule.ID), rule.Title)
	}
	for _, rule := range allRules() {
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
	return fmt.Sprintf("\n### %s\n\n**%s.** %s\n\n- Fix: %s.\n- Judges: %s.\n- Types: %s.\n",
		rule.ID, strings.ToUpper(rule.Title[:1])+rule.Title[1:], rule.Reason, rule.Fix, scope, "`"+strings.Join(rule.Types, "`, `")+"`")
}

func bullets(entries []string) string {
	return "- `" + strings.Join(entries, "`\n- `") + "`\n"
}
