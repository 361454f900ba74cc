package conformance_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/components/cluster"
)

// viewers asks the API server what a viewer of the platform may do, verb by verb, and
// that every kind of object of the stack but Secrets can be read.
func (p platform) viewers(t *testing.T) {
	if len(p.Settings.Cluster.ViewerPrincipalARNs) == 0 {
		return
	}
	viewer := subject{user: "viewer", groups: []string{cluster.ViewerGroup, "system:authenticated"}}
	var questions []question
	for _, kind := range p.kinds(t) {
		for _, verb := range kind.asked {
			questions = append(questions, question{subject: viewer, kind: kind, verb: verb})
		}
	}
	readable := map[string][]string{}
	for i, allowed := range p.ask(t, questions) {
		q := questions[i]
		if !allowed || asksAboutSelf(q) {
			continue
		}
		assert.Contains(t, reading, q.verb, "%s %s", q.verb, q.kind)
		assert.NotEqual(t, "secrets", q.kind.resource)
		assert.Contains(t, []string{"", "log"}, q.kind.subresource, "%s", q.kind)
		readable[q.kind.String()] = append(readable[q.kind.String()], q.verb)
	}
	for _, kind := range p.made(t) {
		if kind != "secrets" {
			assert.ElementsMatch(t, reading, readable[kind], kind)
		}
	}
}

// made are the kinds of the objects of the stack.
func (p platform) made(t *testing.T) []string {
	t.Helper()
	var list []string
	for _, o := range p.Objects {
		list = append(list, p.kindOf(t, o))
	}
	slices.Sort(list)
	return slices.Compact(list)
}
