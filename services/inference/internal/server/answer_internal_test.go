package server

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/model"
)

// TestAnswersAreThoseOfEncodingJSON holds the short way to write an answer against the
// usual one.
func TestAnswersAreThoseOfEncodingJSON(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"good", "", `"quoted" and \ back`, "<b>&", "tab\tline\n\x00\x7f", "naïve 😀", "\u2028", "no UTF-8 \xff", strings.Repeat("long ", 2000),
	} {
		for _, body := range []any{
			&Response{Input: model.Input{Text: text}, Prediction: "positive", Confidence: 0.9375, Tenant: text, ModelVersion: "v1"},
			&Response{Input: model.Input{Features: map[string]float64{"a": 1}}, Prediction: "ok", Confidence: 1, Tenant: "t", ModelVersion: text},
			Problem{Code: "code", Message: text, RequestID: "id"},
		} {
			want, err := json.Marshal(body)
			require.NoError(t, err)
			var got bytes.Buffer
			require.NoError(t, encode(&got, body))
			require.Equal(t, string(want)+"\n", got.String())
		}
	}
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"abc-1": true, "A.z_09": true, strings.Repeat("x", 64): true,
		"": false, strings.Repeat("x", 65): false, "a b": false, "x\n{}": false, "é": false, `"`: false,
	} {
		require.Equal(t, want, isRequestID(id), id)
	}
}
