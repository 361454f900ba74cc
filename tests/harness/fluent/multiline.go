package fluent

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// joined makes one record of the lines that a multiline filter joins. What the
// filter has joined passes all filters but itself, so those before it would run
// twice.
func (c Config) joined(t *testing.T, tag string, records []Record) []Record {
	t.Helper()
	at := slices.IndexFunc(c.Filters, func(f Plugin) bool { return f.Name == "multiline" })
	if at < 0 || !routed(t, c.Filters[at].Get("match"), tag) {
		return records
	}
	require.Zero(t, at, "the multiline filter must be the first")
	filter := c.Filters[at]
	parser := slices.IndexFunc(c.Parsers, func(p Parser) bool { return p.Name == filter.Get("multiline.parser") })
	require.GreaterOrEqual(t, parser, 0, "no parser %s", filter.Get("multiline.parser"))
	require.Equal(t, "regex", c.Parsers[parser].Type)
	key, state := filter.Get("multiline.key_content"), ""
	var result []Record
	for _, record := range records {
		line, _ := record[key].(string)
		if next, found := c.Parsers[parser].next(state, line); found && state != "" {
			last := result[len(result)-1]
			last[key] = last[key].(string) + "\n" + line
			state = next
			continue
		}
		state, _ = c.Parsers[parser].next("start_state", line)
		result = append(result, record)
	}
	return result
}

// next is the state that a line leads to.
func (p Parser) next(state, line string) (string, bool) {
	for _, rule := range p.Rules {
		pattern := strings.TrimSuffix(strings.TrimPrefix(rule.Regex, "/"), "/")
		if rule.State == state && regexp.MustCompile(pattern).MatchString(line) {
			return rule.NextState, true
		}
	}
	return "", false
}
