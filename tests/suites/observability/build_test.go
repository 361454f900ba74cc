package observability_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// serviceFolder is where the inference service is.
var serviceFolder = filepath.Join("..", "..", "..", "services", "inference")

// services are the builds of the inference service that the suite runs.
type services struct {
	// good is as it is in the repository, and model an artifact it has trained.
	good, model string
	// renamed are builds in which one metric has another name, by that of the
	// constant in components/monitoring/metrics.
	renamed map[string]string
}

func build(t *testing.T) services {
	t.Helper()
	folder := t.TempDir()
	built := services{good: filepath.Join(folder, "inference"), model: filepath.Join(folder, "model"), renamed: map[string]string{}}
	compile(t, built.good, "")
	output, err := exec.CommandContext(t.Context(), built.good, "train", "--output", "file://"+built.model).CombinedOutput()
	require.NoError(t, err, string(output))
	for _, constant := range []string{"RequestsTotal", "RequestDuration", "ModelLoaded"} {
		built.renamed[constant] = filepath.Join(folder, "inference-without-"+constant)
		compile(t, built.renamed[constant], overlay(t, folder, constant))
	}
	return built
}

func compile(t *testing.T, binary, overlay string) {
	t.Helper()
	args := []string{"build", "-o", binary}
	if overlay != "" {
		args = append(args, "-overlay", overlay)
	}
	build := exec.CommandContext(t.Context(), "go", append(args, ".")...)
	build.Dir = serviceFolder
	output, err := build.CombinedOutput()
	require.NoError(t, err, string(output))
}

// overlay replaces a constant by a name that nobody watches, wherever the code of
// the service uses it, without touching the files themselves.
func overlay(t *testing.T, folder, constant string) string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(serviceFolder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(text, []byte("metrics."+constant+",")) {
			return err
		}
		changed := filepath.Join(folder, constant+"-"+filepath.Base(path))
		text = bytes.ReplaceAll(text, []byte("metrics."+constant+","), []byte(`"inference_renamed",`))
		absolute, err := filepath.Abs(path)
		files[absolute] = changed
		if err != nil {
			return err
		}
		return os.WriteFile(changed, text, 0o600)
	})
	require.NoError(t, err)
	require.NotEmpty(t, files, "the service uses metrics.%s", constant)
	text, err := json.Marshal(map[string]any{"Replace": files})
	require.NoError(t, err)
	path := filepath.Join(folder, constant+".json")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}
