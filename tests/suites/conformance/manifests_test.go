package conformance_test

import (
	"context"
	_ "embed" // for the exemptions below
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/mlops-iac/mlops/internal/shared/exemption"
	"github.com/mlops-iac/mlops/tests/suites/conformance/harness"
)

//go:embed exemptions.yaml
var exemptionsFile []byte

// exemptions is the file of that name.
type exemptions struct {
	Exemptions []*manifestExemption `json:"exemptions"`
	ProvenLive []struct {
		Rule  string `json:"rule"`
		Check string `json:"check"`
	} `json:"provenLive"`
}

type manifestExemption struct {
	Checker string `json:"checker"`
	Rule    string `json:"rule"`
	Object  string `json:"object"`
	Reason  string `json:"reason"`
	used    bool
}

// finding is what a checker has against an object.
type finding struct {
	checker, rule, object, message string
	critical                       bool
}

func (f finding) String() string {
	return fmt.Sprintf("%s: %s: %s: %s", f.object, f.checker, f.rule, f.message)
}

// TestManifests has two public checkers look at every object of every stack: they
// may have nothing critical against one but what is exempted with a reason.
func TestManifests(t *testing.T) {
	t.Parallel()
	var file exemptions
	require.NoError(t, yaml.UnmarshalStrict(exemptionsFile, &file))
	tools, err := harness.Toolset(t).ManifestCheckers(context.Background())
	require.NoError(t, err)
	var live []string
	for _, proven := range file.ProvenLive {
		live = append(live, proven.Rule)
	}
	for _, name := range harness.Stacks() {
		t.Run(name, func(t *testing.T) {
			stack := harness.Load(t, name, nil)
			scored, findings := kubeScore(t, tools.KubeScore, stack, live)
			secured, more := kubesec(t, tools.Kubesec, stack)
			findings = append(findings, more...)
			t.Logf("kube-score checked %d objects of %s, kubesec the pods of %d", scored, name, secured)
			minor := map[string]int{}
			for _, f := range findings {
				switch {
				case !f.critical:
					minor[f.checker+" "+f.rule]++
				case !file.exempt(f):
					assert.Fail(t, "critical finding", f.String())
				}
			}
			for _, rule := range slices.Sorted(maps.Keys(minor)) {
				t.Logf("not critical: %s in %d objects", rule, minor[rule])
			}
		})
	}
	for _, e := range file.Exemptions {
		assert.True(t, e.used, "exemption of %s in %q: matches nothing any more, remove it", e.Rule, e.Object)
		assert.NotEmpty(t, e.Reason, "exemption of %s in %q: has no reason", e.Rule, e.Object)
	}
}

// exempt marks every exemption that a finding falls under.
func (e *exemptions) exempt(f finding) bool {
	found := false
	for _, one := range e.Exemptions {
		if one.Checker == f.checker && one.Rule == f.rule && exemption.Match(one.Object, f.object) {
			one.used, found = true, true
		}
	}
	return found
}
