package localcluster_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/scheduling"
	"github.com/mlops-iac/mlops/internal/workbench/localcluster"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

func TestEveryErrorOfTheOptionsIsTold(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "cluster")
	_, err := localcluster.Start(context.Background(), localcluster.Options{
		Folder: folder,
		Nodes: []localcluster.Node{
			{Name: "Upper", Role: scheduling.RoleCPU, CPU: "2", Memory: "8Gi"},
			{Name: "cpu-1", Role: scheduling.RoleCPU, CPU: "two", Memory: "8Gi"},
			{Name: "cpu-1", Role: scheduling.RoleGPU, CPU: "2", Memory: "8Gi", GPUs: -1},
		},
	})
	require.Error(t, err)
	for _, message := range []string{
		"tools: the programs of the control plane are required", `nodes[0].name: "Upper"`, `nodes[1].cpu: "two"`,
		`nodes[2].name: "cpu-1": is used twice`, "nodes[2].gpus: -1: must not be negative",
	} {
		assert.ErrorContains(t, err, message)
	}
	assert.NoDirExists(t, folder, "nothing was made")
}

// TestNothingIsLeftOfAFailedStart gives the control plane a store that ends at once.
func TestNothingIsLeftOfAFailedStart(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	program := filepath.Join(t.TempDir(), "etcd")
	require.NoError(t, os.WriteFile(program, []byte("#!/bin/sh\necho the disk is full >&2\nexit 3\n"), 0o700)) // a script must be executable
	_, err := localcluster.Start(context.Background(), localcluster.Options{
		Tools: toolset.Kube{Etcd: program, APIServer: "unused"},
	})
	require.ErrorContains(t, err, "etcd ended by itself")
	require.ErrorContains(t, err, "exit status 3")
	require.ErrorContains(t, err, "the disk is full", "its last words are told")
	left, err := os.ReadDir(temporary)
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestDefaultNodesCoverEveryRole(t *testing.T) {
	t.Parallel()
	zones := map[scheduling.Role]map[string]bool{}
	for _, node := range localcluster.DefaultNodes() {
		if zones[node.Role] == nil {
			zones[node.Role] = map[string]bool{}
		}
		zones[node.Role][node.Zone] = true
		assert.Equal(t, node.Role == scheduling.RoleGPU, node.GPUs > 0, node.Name)
	}
	for _, role := range scheduling.Roles() {
		assert.NotEmpty(t, zones[role], role)
	}
	assert.Len(t, zones[scheduling.RoleCPU], 2, "inference is spread over two zones")
}
