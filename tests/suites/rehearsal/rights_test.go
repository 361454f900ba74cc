package rehearsal_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/terraform"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/tofu"
)

// policy is a policy of IAM, as far as it is read here.
type policy struct {
	Version   string
	Statement []statement
}

type statement struct {
	Sid       string `json:",omitempty"`
	Effect    string
	Action    []string
	Resource  any
	Condition any `json:",omitempty"`
}

// policyOf is that of a role of docs/deploying.md.
func policyOf(t *testing.T, role string) policy {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(checkout, "deploy", "iam", role+".json"))
	require.NoError(t, err)
	var p policy
	require.NoError(t, json.Unmarshal(text, &p))
	return p
}

// without takes a right away.
func (p policy) without(action string) policy {
	changed := policy{Version: p.Version}
	for _, s := range p.Statement {
		s.Action = slices.DeleteFunc(slices.Clone(s.Action), func(granted string) bool { return granted == action })
		changed.Statement = append(changed.Statement, s)
	}
	return changed
}

// named adds the names that the emulator has for rights that are granted.
func (p policy) named(t *testing.T) policy {
	t.Helper()
	named := policy{Version: p.Version, Statement: slices.Clone(p.Statement)}
	for there, right := range read[map[string]string](t, "misnamed.yaml") {
		for _, s := range p.Statement {
			if slices.Contains(s.Action, right) {
				s.Sid, s.Action = "", []string{there}
				named.Statement = append(named.Statement, s)
			}
		}
	}
	return named
}

// granted is a session of a role that has a policy and nothing more.
func granted(t *testing.T, region, account, role string, p policy) tofu.Account {
	t.Helper()
	text, err := json.Marshal(p.named(t))
	require.NoError(t, err)
	output := asked(t, bytes.NewReader(text), "grant.py", emulator.Endpoint, region, account, role)
	var session struct{ Key, Secret, Token string }
	require.NoError(t, json.Unmarshal(output, &session))
	return tofu.Account{Endpoint: emulator.Endpoint, Key: session.Key, Secret: session.Secret, Token: session.Token}
}

// TestAMissingRightIsNamed takes one right away from the role that deploys.
func TestAMissingRightIsNamed(t *testing.T) {
	const account, region = "777777777777", "eu-west-1"
	logGroup := map[string]terraform.Resource{"aws_cloudwatch_log_group.x": {
		Type: "aws_cloudwatch_log_group", Name: "x", Body: map[string]any{"name": "rehearsal"},
	}}
	for role, p := range map[string]policy{
		"deploy-less": policyOf(t, "deploy").without("logs:CreateLogGroup"),
		"readonly":    policyOf(t, "readonly"),
	} {
		w, err := tofu.Open(t.Context(), tools, filepath.Join(t.TempDir(), role), region, granted(t, region, account, role, p))
		require.NoError(t, err)
		require.NoError(t, w.Write(logGroup))
		found, err := w.Apply(t.Context())
		require.NoError(t, err)
		refused := errorsOf(found)
		require.Len(t, refused, 1)
		assert.Contains(t, refused[0], "assumed-role/"+role+"/rehearsal is not authorized to perform: logs:CreateLogGroup")
	}
}

// TestMisnamedRightsAreNeeded is about the list itself: what it names is a right that a
// role has, and the emulator's name for it is none.
func TestMisnamedRightsAreNeeded(t *testing.T) {
	granted := map[string]bool{}
	for _, role := range []string{"deploy", "readonly"} {
		for _, s := range policyOf(t, role).Statement {
			for _, action := range s.Action {
				granted[action] = true
			}
		}
	}
	for there, right := range read[map[string]string](t, "misnamed.yaml") {
		assert.True(t, granted[right], "%s: no role of deploy/iam has the right to %s", there, right)
		assert.False(t, granted[there], "%s: a role of deploy/iam has the right by this name", there)
	}
}
