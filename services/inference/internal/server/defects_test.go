package server_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/defects"
	"github.com/mlops-iac/mlops/services/inference/internal/model"
	"github.com/mlops-iac/mlops/services/inference/internal/server"
)

// parts of the station that the sample is about.
const (
	goodPart = `{"features":{"torque_nm":12.1,"temperature_celsius":60,"vibration_mm_s":2.8,"cycle_seconds":8.2,"humidity_percent":44}}`
	badPart  = `{"features":{"torque_nm":16.5,"temperature_celsius":75,"vibration_mm_s":5.2,"cycle_seconds":5.1,"humidity_percent":44}}`
)

// TestDefects is about S3: the service answers for tenant-b in the same
// form as for tenant-a, with its own classes.
func TestDefects(t *testing.T) {
	t.Parallel()
	r := newHarnessOf(t, defects.Kind{}, nil)
	for body, want := range map[string]string{goodPart: defects.OK, badPart: defects.Defect} {
		w := r.do(http.MethodPost, "/predict", body)
		require.Equal(t, http.StatusOK, w.Code, w.Body)
		var answer server.Response
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &answer))
		assert.Greater(t, answer.Confidence, 0.8, body)
		var asked struct{ Features map[string]float64 }
		require.NoError(t, json.Unmarshal([]byte(body), &asked))
		answer.Confidence = 0
		assert.Equal(t, server.Response{
			Input: model.Input{Features: asked.Features}, Prediction: want, Tenant: "tenant-a", ModelVersion: "v1",
		}, answer)
	}
	text := r.metrics()
	for _, line := range []string{
		`inference_predictions_total{class="defect",tenant="tenant-a"} 1.0`, `inference_predictions_total{class="ok",tenant="tenant-a"} 1.0`,
	} {
		assert.Contains(t, text, line)
	}
	assert.NotContains(t, text, "positive")
	assert.JSONEq(t, `{"service":"inference","version":"1.2.3","tenant":"tenant-a","model":{"kind":"defects","version":"v1","seed":false,`+
		`"trained_at":"1970-01-01T00:08:20Z","loaded_at":"1970-01-01T00:16:40Z","samples":7,"accuracy":0.75,`+
		`"features":["torque_nm","temperature_celsius","vibration_mm_s","cycle_seconds","humidity_percent"]}}`,
		r.do(http.MethodGet, "/", "").Body.String())
}

func TestDefectsErrors(t *testing.T) {
	t.Parallel()
	r := newHarnessOf(t, defects.Kind{}, nil)
	for name, c := range map[string]struct {
		body          string
		status        int
		code, message string
	}{
		"a text":     {`{"text":"good"}`, 400, "invalid_json", `unknown field "text"`},
		"nothing":    {`{}`, 422, "features_missing", "features: must be set and not be empty."},
		"null":       {`{"features":null}`, 422, "features_missing", "features: must be set"},
		"list":       {`{"features":[1,2]}`, 400, "invalid_json", "features must not be a array"},
		"no number":  {`{"features":{"torque_nm":"12"}}`, 400, "invalid_json", "must not be a string"},
		"too large":  {`{"features":{"torque_nm":1e999}}`, 400, "invalid_json", "must not be a number 1e999"},
		"not enough": {`{"features":{"torque_nm":1}}`, 422, "features_mismatch", "features: missing temperature_celsius, vibration_mm_s,"},
		"unknown":    {goodPart[:len(goodPart)-2] + `,"x":1}}`, 422, "features_mismatch", `features: unknown ["x"]: must be a number for each of torque_nm,`},
	} {
		w := r.do(http.MethodPost, "/predict", c.body)
		assert.Equal(t, c.status, w.Code, name)
		var problem server.Problem
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &problem), name)
		assert.Equal(t, c.code, problem.Code, name)
		assert.Contains(t, problem.Message, c.message, name)
	}
}
