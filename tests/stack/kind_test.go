package stack_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	clusterspec "github.com/mlops-iac/mlops/components/cluster/spec"
	"github.com/mlops-iac/mlops/components/scheduling"
)

// kindFolder makes the kind cluster of the stack "local"; here it is checked without making one.
const kindFolder = "../../deploy/kind"

func TestClusterFitsTheStack(t *testing.T) {
	t.Parallel()
	var config struct {
		Kind, APIVersion, Name string
		Networking             map[string]any
		Nodes                  []struct {
			Role, Image string
			Labels      map[string]string
		}
	}
	text, err := os.ReadFile(filepath.Join(kindFolder, "cluster.yaml"))
	require.NoError(t, err)
	require.NoError(t, yaml.UnmarshalStrict(text, &config))
	stack, err := os.ReadFile("../../Pulumi.local.yaml")
	require.NoError(t, err)
	assert.Contains(t, string(stack), "context: kind-"+config.Name)
	assert.NotContains(t, config.Networking, "disableDefaultCNI", "kindnet is what enforces NetworkPolicies")

	seen := map[string]int{}
	for _, node := range config.Nodes {
		assert.True(t, strings.HasPrefix(node.Image, "docker.io/kindest/node:v"+clusterspec.DefaultVersion+"."), node.Image)
		if node.Role == "worker" {
			seen[node.Labels[scheduling.RoleLabel]]++
			assert.NotEmpty(t, node.Labels[scheduling.ZoneLabel])
		}
	}
	assert.Equal(t, map[string]int{string(scheduling.RoleSystem): 1, string(scheduling.RoleCPU): 2}, seen)
}

// Programs of the machine that deploy/kind/up asks about, as shell scripts.
const (
	dockerUp   = `case "$1 $2" in "image inspect") [ "$3" = mlops.local/inference:1.0.0 ] ;; *) : ;; esac`
	dockerDown = `exit 1`
	kindNew    = `case $1 in version) echo "kind v0.31.0 go1.25.0 linux/amd64" ;; get) : ;; *) echo "RUN kind $*" ;; esac`
	kindThere  = `case $1 in version) echo "kind v0.32.0-alpha go1.25.0 linux/amd64" ;; get) echo mlops ;; *) echo "RUN kind $*" ;; esac`
	kindOld    = `echo "kind v0.24.0 go1.22.0 linux/amd64"`
	kindOdd    = `echo nonsense`
	goThere    = `echo "RUN go $*"`
	create     = "RUN kind create cluster --config cluster.yaml --wait 3m"
	load       = "RUN kind load docker-image --name mlops mlops.local/inference:1.0.0"
	buildImage = "RUN go run -C ../../cmd/mlops . images load --kind mlops"
)

func TestUp(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		programs map[string]string
		images   []string
		fails    bool
		want     []string
		not      string
	}{
		"no docker":      {nil, nil, true, []string{"docker is missing", "make demo"}, "RUN"},
		"docker is down": {map[string]string{"docker": dockerDown}, nil, true, []string{"docker does not answer", "make demo"}, "RUN"},
		"no kind":        {map[string]string{"docker": dockerUp}, nil, true, []string{"kind is missing", "0.31 or newer"}, "RUN"},
		"old kind":       {map[string]string{"docker": dockerUp, "kind": kindOld}, nil, true, []string{"kind 0.24.0 is too old"}, "RUN"},
		"odd kind":       {map[string]string{"docker": dockerUp, "kind": kindOdd}, nil, true, []string{`kind says its version is "nonsense"`}, "RUN"},
		"no go":          {map[string]string{"docker": dockerUp, "kind": kindNew}, nil, true, []string{"go is missing"}, "RUN"},
		"new cluster": {
			map[string]string{"docker": dockerUp, "kind": kindNew, "go": goThere}, nil, false,
			[]string{create, buildImage, "kind-mlops"}, "docker-image",
		},
		"cluster there": {
			map[string]string{"docker": dockerUp, "kind": kindThere, "go": goThere}, nil, false, []string{"is there", buildImage}, create,
		},
		"own image": {
			map[string]string{"docker": dockerUp, "kind": kindThere}, []string{"mlops.local/inference:1.0.0"}, false,
			[]string{"is there", load}, "RUN go",
		},
		"no image": {
			map[string]string{"docker": dockerUp, "kind": kindNew}, []string{"mlops.local/other:1", "mlops.local/inference:1.0.0"}, true,
			[]string{create, load, "not on this machine, so not loaded: mlops.local/other:1"}, "load docker-image --name mlops mlops.local/other",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			output, err := runScript(t, "up", test.programs, test.images...)
			assert.Equal(t, test.fails, err != nil, output)
			for _, want := range test.want {
				assert.Contains(t, output, want)
			}
			assert.NotContains(t, output, test.not)
		})
	}
}

func TestDown(t *testing.T) {
	t.Parallel()
	output, err := runScript(t, "down", nil)
	require.Error(t, err)
	assert.Contains(t, output, "kind is missing")
	output, err = runScript(t, "down", map[string]string{"kind": kindNew})
	require.NoError(t, err, output)
	assert.Equal(t, "there is no cluster mlops\n", output)
	output, err = runScript(t, "down", map[string]string{"kind": kindThere})
	require.NoError(t, err, output)
	assert.Contains(t, output, "RUN kind delete cluster --name mlops")
}

// run runs a script of the kindFolder with nothing on its path but the basics and
// the given programs.
func runScript(t *testing.T, script string, programs map[string]string, args ...string) (string, error) {
	t.Helper()
	path := t.TempDir()
	for _, basic := range []string{"bash", "sh", "sed", "grep", "dirname"} {
		found, err := exec.LookPath(basic)
		require.NoError(t, err)
		require.NoError(t, os.Symlink(found, filepath.Join(path, basic)))
	}
	for name, body := range programs {
		require.NoError(t, os.WriteFile(filepath.Join(path, name), []byte("#!/bin/sh\n"+body+"\n"), 0o755))
	}
	bash, err := exec.LookPath("bash")
	require.NoError(t, err)
	command := exec.CommandContext(t.Context(), bash, append([]string{filepath.Join(kindFolder, script)}, args...)...)
	command.Env = []string{"PATH=" + path}
	output, err := command.CombinedOutput()
	return string(output), err
}
