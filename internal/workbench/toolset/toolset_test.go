package toolset_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/blang/semver"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

func script(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o700)) // a script must be executable
}

// fakeGo lists two packages and builds a file that says so.
const fakeGo = `if [ "$1" = list ]; then echo a; echo b; exit 0; fi
while [ "$1" != -o ]; do shift; done; /bin/mkdir -p "${2%/*}"; echo built > "$2"`

// nowhere is an address where nobody answers.
const nowhere = "http://127.0.0.1:1"

// checkout makes a folder that looks like one, with an empty PATH and cache.
func checkout(t *testing.T) (*toolset.Set, string) {
	t.Helper()
	root, path := t.TempDir(), t.TempDir()
	t.Setenv("PATH", filepath.Join(path, "bin"))
	t.Setenv(toolset.CacheVariable, filepath.Join(t.TempDir(), "cache"))
	for name, text := range map[string]string{
		"Pulumi.yaml":                          "name: mlops\n",
		"go.mod":                               "module x\n\nrequire github.com/pulumi/pulumi-kubernetes/sdk/v4 v4.30.0\n",
		"tools/pulumi-kubernetes/go.mod":       "module x\n\nrequire github.com/pulumi/pulumi-kubernetes/provider/v4 v4.0.0\n",
		"tools/pulumi/go.mod":                  "module x\n\nrequire github.com/pulumi/pulumi/pkg/v3 v3.245.0\n",
		"tools/eks-provider/package-lock.json": "{}",
	} {
		file := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	set, err := toolset.New(filepath.Join(root, "tools"), t.Logf)
	require.NoError(t, err)
	set.Releases = toolset.Releases{CLI: nowhere, Kubernetes: nowhere}
	assert.Equal(t, root, set.Root, "the checkout is found from a folder inside it")
	return set, filepath.Join(path, "bin")
}

func TestPulumiOnPathIsUsedWhenNewEnough(t *testing.T) {
	set, path := checkout(t)
	script(t, filepath.Join(path, "pulumi"), "echo v3.999.1")
	found, err := set.Pulumi(context.Background())
	require.NoError(t, err)
	assert.Equal(t, "v3.999.1", found.Version)
	assert.Equal(t, "found on PATH", found.Origin)
	assert.Equal(t, filepath.Join(path, "pulumi"), found.Binary())
}

func TestOldPulumiOnPathIsPassedOver(t *testing.T) {
	set, path := checkout(t)
	script(t, filepath.Join(path, "pulumi"), "echo v3.100.0")
	script(t, filepath.Join(path, "go"), fakeGo)
	built, err := set.Pulumi(context.Background())
	require.NoError(t, err)
	assert.Equal(t, "v3.245.0", built.Version)
	assert.Equal(t, "built from its Go module", built.Origin)
	assert.FileExists(t, built.Binary())

	require.NoError(t, os.Remove(filepath.Join(path, "go")))
	again, err := set.Pulumi(context.Background())
	require.NoError(t, err, "what is in the cache needs no Go")
	assert.Equal(t, built, again)
}

func TestFailedBuildLeavesNothingHalfMade(t *testing.T) {
	set, path := checkout(t)
	script(t, filepath.Join(path, "go"), "echo no such module >&2; exit 3")
	_, err := set.Pulumi(context.Background())
	assert.ErrorContains(t, err, "building the Pulumi CLI")
	assert.ErrorContains(t, err, "no such module")
	left, err := os.ReadDir(filepath.Join(set.Cache, "pulumi"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestMissingOrOldNodeSaysWhatToDo(t *testing.T) {
	set, path := checkout(t)
	_, err := set.EKS(context.Background())
	assert.EqualError(t, err, "Node.js was not found on PATH: install Node.js 18 or newer with npm, for example from your system's packages")

	script(t, filepath.Join(path, "node"), "echo v16.20.2")
	_, err = set.EKS(context.Background())
	assert.ErrorContains(t, err, "npm was not found on PATH: install")

	script(t, filepath.Join(path, "npm"), "exit 1")
	_, err = set.EKS(context.Background())
	assert.ErrorContains(t, err, "is version v16.20.2: install Node.js 18 or newer")
}

func TestRealPluginIsTheNewestInstalled(t *testing.T) {
	home := t.TempDir()
	t.Setenv("PATH", "")
	t.Setenv("PULUMI_HOME", home)
	_, found := toolset.RealPlugin("aws", semver.Version{})
	assert.False(t, found)
	for _, version := range []string{"v6.9.0", "v6.83.4", "v5.99.0"} {
		script(t, filepath.Join(home, "plugins", "resource-aws-"+version, "pulumi-resource-aws"), "exit 0")
	}
	folder, found := toolset.RealPlugin("aws", semver.Version{})
	assert.True(t, found)
	assert.Equal(t, "resource-aws-v6.83.4", filepath.Base(folder))
}

func TestCacheThatCannotBeMade(t *testing.T) {
	root := t.TempDir()
	file := filepath.Join(root, "Pulumi.yaml")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	t.Setenv(toolset.CacheVariable, filepath.Join(file, "cache"))
	_, err := toolset.New(root, t.Logf)
	assert.ErrorContains(t, err, "set MLOPS_CACHE to a folder that can be written")
}

func TestProgramIsBuiltAgainWhenItsOwnCodeChanges(t *testing.T) {
	set, path := checkout(t)
	script(t, filepath.Join(path, "go"), fakeGo)
	folder := filepath.Join(set.Root, "tools", "kube-router")
	require.NoError(t, os.MkdirAll(folder, 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "go.mod"), []byte("module x\n\nrequire github.com/cloudnativelabs/kube-router v1.6.1\n"), 0o600))
	build := func(code string) string {
		require.NoError(t, os.WriteFile(filepath.Join(folder, "main.go"), []byte(code), 0o600))
		built, err := set.PolicyEnforcer(context.Background())
		require.NoError(t, err)
		assert.FileExists(t, built)
		return built
	}
	first := build("package main")
	assert.Equal(t, first, build("package main"))
	assert.NotEqual(t, first, build("package main // changed"))
}
