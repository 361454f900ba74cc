package tests

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSecondKindTrainsAndServes is the life of tenant-b (S3 and S4) in the
// very binary of the image: the seed from the start, then what the training job
// of the tenant publishes, in the folder of its definition.
func TestSecondKindTrainsAndServes(t *testing.T) {
	t.Parallel()
	models := t.TempDir()
	env := []string{"MODEL_KIND=defects", "MODELS_URI=file://" + models, "MODEL_URI=file://" + models + "/defects/line-3", "TENANT=tenant-b"}
	s := start(t, append(env, "MODEL_SEED=true", "MODEL_REFRESH=1h")...)
	eventually(t, "ready", func() bool { return s.status("/ready") == http.StatusOK })
	seed := s.version(t)
	assert.Regexp(t, `^seed-[0-9a-f]{12}$`, seed)
	assert.Contains(t, s.metrics(t), `inference_model_seed{tenant="tenant-b"} 1`)
	assert.Contains(t, s.text(), "no model was ever published")

	part := `{"features":{"torque_nm":16.5,"temperature_celsius":75,"vibration_mm_s":5.2,"cycle_seconds":5.1,"humidity_percent":44}}`
	ask := func() map[string]any {
		answer, err := http.Post(s.url+"/predict", "application/json", strings.NewReader(part))
		require.NoError(t, err)
		defer answer.Body.Close()
		var body map[string]any
		require.NoError(t, json.NewDecoder(answer.Body).Decode(&body))
		return body
	}
	assert.Equal(t, "defect", ask()["prediction"])
	assert.Equal(t, seed, ask()["model_version"])

	output, err := train(t, env)
	require.NoError(t, err, output)
	assert.Contains(t, output, "100 trees over 5 measurements")
	s.signal(t, syscall.SIGHUP)
	eventually(t, "the published model", func() bool { return s.version(t) != seed })
	assert.Equal(t, s.version(t), ask()["model_version"])
	assert.Equal(t, "defect", ask()["prediction"])
	assert.Contains(t, s.metrics(t), `inference_model_seed{tenant="tenant-b"} 0`)

	// Nor does a wrong name of the model lead to the seed once there are models.
	wrong := start(t, append(env[:1:1], "MODELS_URI=file://"+models, "MODEL_URI=file://"+models+"/defects/line-4", "MODEL_SEED=true")...)
	eventually(t, "no seed", func() bool {
		return strings.Contains(wrong.text(), "not found, and no seed, because there are objects in file://"+models)
	})
	assert.Equal(t, http.StatusServiceUnavailable, wrong.status("/ready"))

	// A service of the other kind does not take it.
	other := start(t, "MODEL_URI=file://"+models+"/defects/line-3", "MODEL_SEED=true")
	eventually(t, "refused", func() bool { return strings.Contains(other.text(), `kind \"defects\": must be \"sentiment\"`) })
	assert.Equal(t, http.StatusServiceUnavailable, other.status("/ready"))
}

// TestWithoutSeedTheServiceWaits starts the service of a tenant that wants no seed.
func TestWithoutSeedTheServiceWaits(t *testing.T) {
	t.Parallel()
	folder, log := t.TempDir(), filepath.Join(t.TempDir(), "termination-log")
	require.NoError(t, os.WriteFile(log, nil, 0o666))
	reason := func() string {
		text, err := os.ReadFile(log)
		require.NoError(t, err)
		return string(text)
	}
	s := start(t, "MODEL_URI=file://"+folder, "MODEL_REFRESH=200ms", "TERMINATION_LOG="+log)
	eventually(t, "a reason", func() bool { return reason() == "file://"+folder+"/manifest.json: not found" })
	assert.Equal(t, http.StatusServiceUnavailable, s.status("/ready"))
	assert.NotContains(t, s.metrics(t), "inference_model_seed{")
	output, err := train(t, nil, "--output="+folder)
	require.NoError(t, err, output)
	eventually(t, "ready", func() bool { return s.status("/ready") == http.StatusOK })
	assert.Empty(t, reason(), "what ends later must not blame a model that was found")
}

// TestReasonOfTheEnd reads the text that Kubernetes shows of a container that could not start
// or whose training failed.
func TestReasonOfTheEnd(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		`MODEL_KIND: Unsupported value: "images": supported values: "sentiment", "defects"`: {"--model-kind=images"},
		"the accuracy is 0.893: must be at least 0.999; nothing was published, and the model is kept as VERSION, rejected": {
			"train", "--output=" + t.TempDir(), "--minimum-accuracy=0.999",
		},
	} {
		log := filepath.Join(t.TempDir(), "termination-log")
		require.NoError(t, os.WriteFile(log, []byte(strings.Repeat("older and longer ", 100)), 0o666))
		command := exec.CommandContext(t.Context(), binary, args...)
		command.Env = []string{"TERMINATION_LOG=" + log}
		require.Error(t, command.Run())
		text, err := os.ReadFile(log)
		require.NoError(t, err)
		assert.Equal(t, want, versionPattern.ReplaceAllString(string(text), "VERSION"))
	}
}
