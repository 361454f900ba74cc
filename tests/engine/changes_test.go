package engine_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/internal/record"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/tests/engine/deployed"
)

// firstState is the state of stack dev after its first deployment; the first test
// that needs it makes it.
var firstState struct {
	once  sync.Once
	state []byte
}

// devFile is the stack file of dev with replacements, old before new. Its control plane is
// private: of a public one pulumi-eks waits for the answer.
func devFile(t *testing.T, replacements ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(checkout, "Pulumi.dev.yaml"))
	require.NoError(t, err)
	replacements = append(replacements, "publicAccessCidrs: [203.0.113.0/24]", "publicAccessCidrs: []")
	file := string(text)
	for i := 0; i < len(replacements); i += 2 {
		require.Equal(t, 1, strings.Count(file, replacements[i]), replacements[i])
		file = strings.Replace(file, replacements[i], replacements[i+1], 1)
	}
	return file
}

// deployedOnce is stack dev as its first deployment left it.
func deployedOnce(t *testing.T) *deployed.Stack {
	t.Helper()
	stack := deployed.Open(t, checkout, "dev")
	firstState.once.Do(func() {
		plan, calls, err := stack.Up(t, deployed.Run{File: devFile(t)})
		require.NoError(t, err, messages(plan))
		require.Greater(t, len(calls), 200)
		firstState.state = stack.State(t)
	})
	require.NotEmpty(t, firstState.state)
	stack.SetState(t, firstState.state)
	return stack
}

// operations are what was done to resources, by type and name, but for those left as they are.
func operations(plan engine.Plan) map[string]string {
	done := map[string]string{}
	for _, r := range plan.Resources {
		if r.Op != "same" {
			done[r.Type+" "+r.Name] = r.Op
		}
	}
	return done
}

// resources are those of a state, without the texts that the engine encrypts anew each time.
func resources(t *testing.T, state []byte) any {
	t.Helper()
	var file struct {
		Checkpoint struct {
			Latest struct {
				Resources any `json:"resources"`
			} `json:"latest"`
		} `json:"checkpoint"`
	}
	require.NoError(t, json.Unmarshal(state, &file))
	require.NotEmpty(t, file.Checkpoint.Latest.Resources)
	return withoutCiphers(file.Checkpoint.Latest.Resources)
}

func withoutCiphers(tree any) any {
	switch node := tree.(type) {
	case map[string]any:
		delete(node, "ciphertext")
		for key, value := range node {
			node[key] = withoutCiphers(value)
		}
	case []any:
		for i, value := range node {
			node[i] = withoutCiphers(value)
		}
	}
	return tree
}

const vpcChange = `network.cidr: Invalid value: "10.1.0.0/16": must stay "10.0.0.0/16": the VPC would be replaced`

// Proves C2 by the real engine with state: an update that changes a fixed setting is
// refused before anything is touched, and with the word it goes on.
func TestC2AFixedSettingIsRefused(t *testing.T) {
	stack := deployedOnce(t)
	before := resources(t, stack.State(t))
	changed := deployed.Run{File: devFile(t, "cidr: 10.0.0.0/16", "cidr: 10.1.0.0/16")}

	plan, _, err := stack.Preview(t, changed)
	require.ErrorIs(t, err, engine.ErrPlan)
	assert.Contains(t, messages(plan), vpcChange)

	plan, calls, err := stack.Up(t, changed)
	require.ErrorIs(t, err, engine.ErrPlan)
	assert.Contains(t, messages(plan), vpcChange)
	assert.Contains(t, messages(plan), "MLOPS_ALLOW_CHANGE=network.cidr")
	assert.Empty(t, calls)
	assert.Equal(t, before, resources(t, stack.State(t)))

	chosen := changed
	chosen.Targets = []string{"urn:pulumi:dev::mlops::mlops:index:Network$aws:ec2/vpc:Vpc::mlops-dev-network-vpc"}
	plan, calls, err = stack.Up(t, chosen)
	require.ErrorIs(t, err, engine.ErrPlan, "an update of chosen resources leaves the record out")
	assert.Contains(t, messages(plan), vpcChange)
	assert.Empty(t, calls)

	changed.AllowChange = "network.cidr"
	plan, calls, err = stack.Up(t, changed)
	require.NoError(t, err, messages(plan))
	assert.Contains(t, calls, deployed.Call{What: "update", Type: "aws:ec2/vpc:Vpc", Name: "mlops-dev-network-vpc"})
	assert.Equal(t, "update", operations(plan)[record.Token+" "+record.Name])

	changed.AllowChange = ""
	plan, _, err = stack.Up(t, changed)
	require.NoError(t, err, messages(plan))
	assert.Empty(t, operations(plan), "the record has followed")
}

// Proves C1 by the real engine with state: a zone that is added later gets subnets for nodes
// and the database, and the control plane stays where it is.
func TestC1TheControlPlaneKeepsItsZones(t *testing.T) {
	stack := deployedOnce(t)
	plan, calls, err := stack.Up(t, deployed.Run{File: devFile(t, "zoneCount: 2", "zoneCount: 3")})
	require.NoError(t, err, messages(plan))
	done := operations(plan)
	for _, tier := range []string{"public", "private", "database"} {
		assert.Contains(t, calls, deployed.Call{What: "create", Type: "aws:ec2/subnet:Subnet", Name: "mlops-dev-network-" + tier + "-eu-west-1c"})
	}
	assert.Equal(t, "update", done["aws:rds/subnetGroup:SubnetGroup mlops-dev-metadata-subnets"])
	assert.Equal(t, "update", done["aws:eks/nodeGroup:NodeGroup mlops-dev-nodes-cpu-group"])
	assert.NotContains(t, done, "aws:eks/cluster:Cluster mlops-dev-cluster-control-plane-eksCluster")
	for _, call := range calls {
		assert.NotEqual(t, "delete", call.What, call.Name)
		assert.NotEqual(t, "aws:eks/cluster:Cluster", call.Type)
	}
}

// Proves C9 by the real engine with state: Kubernetes is upgraded by one minor version, the
// control plane first, and the next step is measured from there.
func TestC9KubernetesByOneMinorVersion(t *testing.T) {
	stack := deployedOnce(t)
	to := func(version string) deployed.Run {
		return deployed.Run{File: devFile(t, `version: "1.35"`, `version: "`+version+`"`)}
	}
	plan, _, err := stack.Preview(t, to("1.37"))
	require.ErrorIs(t, err, engine.ErrPlan)
	assert.Contains(t, messages(plan), `cluster.version: Invalid value: "1.37": must be at most 1.36, one above the deployed 1.35`)

	plan, calls, err := stack.Up(t, to("1.36"))
	require.NoError(t, err, messages(plan))
	control := slices.Index(calls, deployed.Call{What: "update", Type: cluster.ControlPlaneType, Name: "mlops-dev-cluster-control-plane-eksCluster"})
	nodes := slices.Index(calls, deployed.Call{What: "update", Type: "aws:eks/nodeGroup:NodeGroup", Name: "mlops-dev-nodes-system-group"})
	require.GreaterOrEqual(t, control, 0, calls)
	assert.Greater(t, nodes, control, "nodes must not be newer than their control plane")

	plan, _, err = stack.Preview(t, to("1.37"))
	assert.NoError(t, err, messages(plan))
}

// Proves C7 by the real engine with state: a new major version of the database is refused
// until the settings allow it, and then has parameters of its own.
func TestC7TheDatabaseToTheNextMajorVersion(t *testing.T) {
	stack := deployedOnce(t)
	next := func(more string) deployed.Run {
		return deployed.Run{File: devFile(t, "    metadataStore:\n", "    metadataStore:\n      engineVersion: \"18\"\n"+more)}
	}
	plan, _, err := stack.Preview(t, next(""))
	require.ErrorIs(t, err, engine.ErrPlan)
	assert.Contains(t, messages(plan), `metadataStore.engineVersion: Invalid value: "18": is a new major version after the deployed 17`)

	plan, calls, err := stack.Up(t, next("      allowMajorVersionUpgrade: true\n      applyImmediately: true\n"))
	require.NoError(t, err, messages(plan))
	assert.Equal(t, map[string]string{
		record.Token + " " + record.Name:                                      "update",
		"mlops:index:MetadataStore mlops-dev-metadata":                        "update",
		"aws:rds/instance:Instance mlops-dev-metadata-instance":               "update",
		"aws:rds/parameterGroup:ParameterGroup mlops-dev-metadata-parameters": "update",
	}, operations(plan))
	assert.Equal(t, []deployed.Call{
		{What: "update", Type: "aws:rds/parameterGroup:ParameterGroup", Name: "mlops-dev-metadata-parameters"},
		{What: "update", Type: "aws:rds/instance:Instance", Name: "mlops-dev-metadata-instance"},
	}, calls)
}

// TestC2AStackWithoutARecord takes the record out of the state, as of a stack that was
// deployed before there was one.
func TestC2AStackWithoutARecord(t *testing.T) {
	stack := deployedOnce(t)
	stack.Forget(t, "urn:pulumi:dev::mlops::"+record.Token+"::"+record.Name)
	plan, _, err := stack.Preview(t, deployed.Run{File: devFile(t, "cidr: 10.0.0.0/16", "cidr: 10.1.0.0/16")})
	require.NoError(t, err, messages(plan))
	assert.Equal(t, "create", operations(plan)[record.Token+" "+record.Name])
}
