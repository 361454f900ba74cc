package toolset_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

const plugin = "pulumi-resource-kubernetes"

func TestInstalledKubernetesProviderIsUsed(t *testing.T) {
	set, path := checkout(t)
	home := t.TempDir()
	t.Setenv("PULUMI_HOME", home)
	folder := func(version string) string { return filepath.Join(home, "plugins", "resource-kubernetes-"+version) }
	script(t, filepath.Join(folder("v4.29.0"), plugin), "exit 0")
	script(t, filepath.Join(path, "go"), "exit 3")
	_, err := set.KubernetesProvider(context.Background())
	assert.ErrorContains(t, err, "building Pulumi's Kubernetes provider", "the older one is passed over") // by the pinned module

	script(t, filepath.Join(folder("v4.30.1"), plugin), "exit 0")
	found, err := set.KubernetesProvider(context.Background())
	require.NoError(t, err)
	assert.Equal(t, toolset.KubernetesProvider{Program: filepath.Join(folder("v4.30.1"), plugin), Origin: "installed in " + folder("v4.30.1")}, found)

	script(t, filepath.Join(path, plugin), "exit 0")
	found, err = set.KubernetesProvider(context.Background())
	require.NoError(t, err)
	assert.Equal(t, toolset.KubernetesProvider{Program: filepath.Join(path, plugin), Origin: "installed in " + path}, found)
}

func TestReleasedKubernetesProviderIsUsedWhereItsHostAnswers(t *testing.T) {
	set, _ := checkout(t)
	t.Setenv("PULUMI_HOME", t.TempDir())
	packed := archive(t, plugin)
	name := fmt.Sprintf("/v4.30.0/%s-v4.30.0-%s-%s.tar.gz", plugin, runtime.GOOS, runtime.GOARCH)
	set.Releases.Kubernetes = publish(t, "/v4.30.0/pulumi-kubernetes_4.30.0_checksums.txt", name, sha256.Sum256(packed), packed)
	for range 2 {
		found, err := set.KubernetesProvider(context.Background())
		require.NoError(t, err)
		program := filepath.Join(set.Cache, "pulumi-kubernetes", "v4.30.0-release", "bin", plugin)
		assert.Equal(t, toolset.KubernetesProvider{Program: program, Origin: "v4.30.0, released by Pulumi"}, found)
		text, err := os.ReadFile(program)
		require.NoError(t, err)
		assert.Equal(t, "#!/bin/sh\necho released\n", string(text))
		set.Releases.Kubernetes = nowhere // what is in the cache needs no host
	}
}

func TestKubernetesProviderIsBuiltElsewhere(t *testing.T) {
	set, path := checkout(t)
	t.Setenv("PULUMI_HOME", t.TempDir())
	module := t.TempDir()
	descriptions := filepath.Join(module, "cmd", plugin)
	require.NoError(t, os.MkdirAll(descriptions, 0o700))
	for _, name := range []string{"schema.json", "terraform-mapping.json"} {
		require.NoError(t, os.WriteFile(filepath.Join(descriptions, name), []byte(name), 0o600))
	}
	script(t, filepath.Join(path, "go"), `if [ "$1" = mod ]; then echo '{"Dir": "`+module+`"}'; exit 0; fi
for word; do case $word in *-X*) echo "$word" >"`+module+`/flags";; esac; done
`+fakeGo)
	built, err := set.KubernetesProvider(context.Background())
	require.NoError(t, err)
	assert.Equal(t, "v4.25.0, built from its Go module", built.Origin)
	assert.FileExists(t, built.Program)
	for _, name := range []string{"schema.json", "terraform-mapping.json"} {
		text, err := os.ReadFile(filepath.Join(filepath.Dir(built.Program), name))
		require.NoError(t, err)
		assert.Equal(t, name, string(text), "it lies beside the program")
	}
	flags, err := os.ReadFile(filepath.Join(module, "flags"))
	require.NoError(t, err)
	assert.Equal(t, "-s -w -X github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version=v4.25.0\n", string(flags))
}
