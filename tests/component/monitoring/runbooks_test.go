package monitoring_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/monitoring/rules"
	"github.com/mlops-iac/mlops/components/monitoring/spec"
)

const (
	// runbookFolder is docs/runbooks, seen from this folder.
	runbookFolder = "../../../docs/runbooks"
	runbookIndex  = "README.md"
)

func runbookText(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(runbookFolder, file))
	require.NoError(t, err)
	return string(text)
}

// linesWith returns the lines that start with prefix, in order, without what
// stands in code blocks: a comment there begins like a heading.
func linesWith(text, prefix string) []string {
	var found []string
	code := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(strings.TrimSpace(line), "```"):
			code = !code
		case !code && strings.HasPrefix(line, prefix):
			found = append(found, line)
		}
	}
	return found
}

func TestRunbooksAreThoseOfTheAlerts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(runbookFolder, "*"))
	require.NoError(t, err)
	want := []string{runbookIndex}
	for _, name := range rules.Names(rules.Options{GPU: true, Cost: true}) {
		want = append(want, name+".md")
	}
	var got []string
	for _, file := range files {
		got = append(got, filepath.Base(file))
	}
	assert.ElementsMatch(t, want, got)
	assert.True(t, strings.HasSuffix(spec.DefaultRunbookBaseURL, "/docs/runbooks"), spec.DefaultRunbookBaseURL)
}

func TestRunbookSections(t *testing.T) {
	t.Parallel()
	sections := []string{"## Meaning", "## Impact", "## Diagnosis", "## Fix", "## Escalation"}
	for _, name := range rules.Names(rules.Options{GPU: true, Cost: true}) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := runbookText(t, name+".md")
			assert.Equal(t, []string{"# " + name}, linesWith(text, "# "))
			assert.Equal(t, sections, linesWith(text, "## "))
		})
	}
}

// What a page says about itself is what its rule says.
func TestRunbooksSayWhatTheirRulesSay(t *testing.T) {
	t.Parallel()
	rows := linesWith(runbookText(t, runbookIndex), "| [")
	for _, group := range rules.New(rules.Options{GPU: true}).Spec.Groups {
		for _, rule := range group.Rules {
			if rule.Alert == "" {
				continue
			}
			text, severity := runbookText(t, rule.Alert+".md"), rule.Labels["severity"]
			meaning, _, _ := strings.Cut(text, "## Impact")
			meaning = strings.Join(strings.Fields(meaning), " ")
			assert.Contains(t, meaning, "Severity: "+severity+".", rule.Alert)
			wait := strings.TrimSuffix(string(*rule.For), "m") + " minute"
			assert.Contains(t, strings.ToLower(meaning), "for "+wait, rule.Alert)
			row := slices.IndexFunc(rows, func(row string) bool { return strings.HasPrefix(row, "| ["+rule.Alert+"]") })
			require.GreaterOrEqual(t, row, 0, rule.Alert)
			assert.Contains(t, rows[row], "| "+severity+" |")
		}
	}
}

// keyInText is a key of a stack file or a definition as pages write it: at least
// two words of letters with a dot between.
var keyInText = regexp.MustCompile("`([a-z][A-Za-z]*(?:(?:\\.<name>|\\[\\])?\\.[a-z][A-Za-z]*)+)`")

// notKeys look like keys: parts of a quota, and an object of a model.
var notKeys = map[string]bool{
	"limits.cpu": true, "limits.memory": true, "requests.cpu": true, "requests.memory": true, "requests.storage": true,
	"manifest.json": true,
}

// schema is the JSON schema of a tenant's definition, as far as keys need it.
type schema struct {
	Defs       map[string]schema `json:"$defs"`
	Ref        string            `json:"$ref"`
	Properties map[string]schema `json:"properties"`
}

func definitionSchema(t *testing.T) schema {
	t.Helper()
	text, err := os.ReadFile("../../../tenants/schema.json")
	require.NoError(t, err)
	var read schema
	require.NoError(t, json.Unmarshal(text, &read))
	return read
}

func (s schema) has(key string) bool {
	at := s
	for part := range strings.SplitSeq(key, ".") {
		next, ok := at.Properties[part]
		if !ok {
			return false
		}
		if name, isRef := strings.CutPrefix(next.Ref, "#/$defs/"); isRef {
			next = s.Defs[name]
		}
		at = next
	}
	return true
}

func TestKeysInRunbooksExist(t *testing.T) {
	t.Parallel()
	settings, err := os.ReadFile("../../../docs/configuration.md")
	require.NoError(t, err)
	schema := definitionSchema(t)
	checked := 0
	for _, name := range append(rules.Names(rules.Options{GPU: true}), strings.TrimSuffix(runbookIndex, ".md")) {
		for _, match := range keyInText.FindAllStringSubmatch(runbookText(t, name+".md"), -1) {
			key := match[1]
			if notKeys[key] {
				continue
			}
			checked++
			inSettings := strings.Contains(string(settings), "`"+key+"`")
			assert.True(t, inSettings || schema.has(key), "%s: no stack file and no definition has the key %s", name, key)
		}
	}
	assert.Greater(t, checked, 50, "the pages no longer name keys as this test looks for them")
}

func TestRunbookIndexListsEveryAlert(t *testing.T) {
	t.Parallel()
	rows := linesWith(runbookText(t, runbookIndex), "| [")
	names := rules.Names(rules.Options{GPU: true, Cost: true})
	require.Len(t, rows, len(names))
	for i, name := range names {
		assert.True(t, strings.HasPrefix(rows[i], "| ["+name+"]("+name+".md) |"), rows[i])
	}
}
