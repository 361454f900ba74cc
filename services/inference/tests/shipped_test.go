package tests

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/kinds"
	"github.com/mlops-iac/mlops/tenants"
)

// questions are requests of each kind of model, and the answers.
var questions = map[string]map[string]string{
	"sentiment": {
		`{"text":"excellent and friendly service"}`: "positive", `{"text":"awful and rude"}`: "negative",
	},
	"defects": {
		`{"features":{"torque_nm":12.1,"temperature_celsius":60,"vibration_mm_s":2.8,"cycle_seconds":8.2,"humidity_percent":44}}`: "ok",
		`{"features":{"torque_nm":16.5,"temperature_celsius":75,"vibration_mm_s":5.2,"cycle_seconds":5.1,"humidity_percent":44}}`: "defect",
	},
}

// TestShippedTenantsServeAndTrain is about S3 and S4: what the definitions
// of this repository ask of the image on each stack, the image does, first with
// nothing in the store and then with what the training job has published.
//
// Proves S3 and S4 by the real server: every shipped tenant serves before anybody has
// trained, trains, and serves what it trained.
func TestShippedTenantsServeAndTrain(t *testing.T) {
	t.Parallel()
	for _, stack := range []string{"local", "dev", "staging", "prod"} {
		loaded, err := tenants.Load(tenants.Definitions, stack)
		require.NoError(t, err)
		require.Len(t, loaded, 2)
		for _, tenant := range loaded {
			t.Run(stack+" "+tenant.Name, func(t *testing.T) {
				t.Parallel()
				serveAndTrain(t, tenant)
			})
		}
	}
}

func serveAndTrain(t *testing.T, tenant tenants.Tenant) {
	t.Helper()
	assert.Equal(t, "inference", tenant.Image.Repository)
	assert.True(t, tenant.Training.Image.IsZero(), "it trains with the same image")
	assert.Empty(t, tenant.Training.Command, "the entry point of the image is all it has")
	assert.True(t, tenant.Model.Seed)
	require.NotEmpty(t, tenant.Training.Args)
	kind, err := kinds.Named(string(tenant.Model.Kind))
	require.NoError(t, err)

	folder := t.TempDir()
	for _, argument := range tenant.Training.Args {
		if data, named := strings.CutPrefix(argument, "--data="); named {
			table, err := io.ReadAll(kind.Sample())
			require.NoError(t, err)
			require.NoError(t, os.MkdirAll(filepath.Join(folder, "raw"), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(folder, "raw", data), table, 0o600))
		}
	}
	base := "file://" + folder + "/"
	env := []string{
		"TENANT=" + tenant.Name, "MODEL_KIND=" + string(tenant.Model.Kind), "RAW_URI=" + base + "raw", "MODELS_URI=" + base + "models",
		"MODEL_URI=" + tenant.Model.Location(base+"models"),
	}
	s := start(t, append(env, "MODEL_SEED=true", "MODEL_REFRESH=100ms")...)
	eventually(t, "ready", func() bool { return s.status("/ready") == http.StatusOK })
	seed := s.version(t)
	assert.True(t, strings.HasPrefix(seed, "seed-"), seed)
	answers(t, s, kind.Name())

	output, err := train(t, env, tenant.Training.Args[1:]...)
	require.NoError(t, err, output)
	assert.Equal(t, "train", tenant.Training.Args[0])
	eventually(t, "the model of the training job", func() bool { return s.version(t) != seed })
	answers(t, s, kind.Name())
}

func answers(t *testing.T, s *service, kind string) {
	t.Helper()
	require.NotEmpty(t, questions[kind])
	for question, want := range questions[kind] {
		answer, err := http.Post(s.url+"/predict", "application/json", strings.NewReader(question))
		require.NoError(t, err)
		var body struct{ Prediction string }
		require.NoError(t, json.NewDecoder(answer.Body).Decode(&body))
		require.NoError(t, answer.Body.Close())
		assert.Equal(t, want, body.Prediction, question)
	}
}
