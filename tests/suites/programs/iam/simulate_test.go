package iam_test

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"os/exec"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// What the evaluator answers.
const (
	allowed = "Allowed"
	denied  = "ImplicitlyDenied"
	refused = "ExplicitlyDenied"
)

// simulation is a question in the evaluator's words.
type simulation struct {
	Request struct {
		Principal string `json:"principal"`
		Action    string `json:"action"`
		Resource  struct {
			Resource  string `json:"resource"`
			AccountID string `json:"accountId"`
		} `json:"resource"`
		Context map[string]any `json:"contextVariables"`
	} `json:"request"`
	Identity        []policy `json:"identityPolicies"`
	ServiceControl  []any    `json:"serviceControlPolicies"`
	ResourceControl []any    `json:"resourceControlPolicies"`
	OfTheResource   any      `json:"resourcePolicy,omitempty"`
}

// question asks whether a role may do something.
type question struct {
	action, resource string
	// context is what the request carries beside tags of the session.
	context map[string]any
}

// session is a role with the tags that EKS Pod Identity gives a pod's session.
type session struct {
	role *role
	tags map[string]string
}

// may asks questions as a session and returns what came of each.
func (a *account) may(t *testing.T, s session, questions []question) []string {
	t.Helper()
	list := make([]simulation, len(questions))
	for i, q := range questions {
		list[i] = simulation{Identity: s.role.Policies, ServiceControl: []any{}, ResourceControl: []any{}, OfTheResource: a.guards(q.resource)}
		if list[i].Identity == nil {
			list[i].Identity = []policy{}
		}
		request := &list[i].Request
		request.Principal, request.Action = s.role.ARN, q.action
		request.Resource.Resource, request.Resource.AccountID = q.resource, a.ID
		request.Context = map[string]any{}
		for name, value := range s.tags {
			request.Context["aws:PrincipalTag/"+name] = value
		}
		maps.Copy(request.Context, q.context)
	}
	return evaluate(t, list)
}

// guards is the policy of the resource itself, that of the bucket for an object.
func (a *account) guards(resource string) any {
	for arn, document := range a.Guarded {
		if resource == arn || bytes.HasPrefix([]byte(resource), []byte(arn+"/")) {
			return document
		}
	}
	return nil
}

var simulator = sync.OnceValues(func() (toolset.IAMSimulator, error) {
	set, err := toolset.New(checkout, func(string, ...any) {})
	if err != nil {
		return toolset.IAMSimulator{}, err
	}
	return set.IAMSimulator(context.Background())
})

func evaluate(t *testing.T, list []simulation) []string {
	t.Helper()
	tool, err := simulator()
	require.NoError(t, err)
	input, err := json.Marshal(list)
	require.NoError(t, err)
	command := exec.CommandContext(t.Context(), tool.Node, tool.Script, tool.Package)
	var output, problem bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = bytes.NewReader(input), &output, &problem
	require.NoError(t, command.Run(), problem.String())
	var results []string
	require.NoError(t, json.Unmarshal(output.Bytes(), &results))
	require.Len(t, results, len(list))
	return results
}
