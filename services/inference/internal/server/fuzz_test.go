package server_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/defects"
	"github.com/mlops-iac/mlops/services/inference/internal/model"
	"github.com/mlops-iac/mlops/services/inference/internal/sentiment"
	"github.com/mlops-iac/mlops/services/inference/internal/server"
)

// said are the forms of what is said about a request: what is wrong, and what it must be.
var said = regexp.MustCompile(`^(The (body|Content-Type|Content-Encoding)|text:|features:) (?s:.*)\b(must|unknown field|invalid character|ends too early)\b`)

// known are the codes that a request alone can lead to, by status.
var known = map[int][]string{
	http.StatusBadRequest:            {server.CodeInvalidJSON},
	http.StatusRequestEntityTooLarge: {server.CodeBodyTooLarge},
	http.StatusUnsupportedMediaType:  {server.CodeMediaType},
	http.StatusUnprocessableEntity: {
		model.CodeTextMissing, model.CodeTextTooLong, model.CodeFeaturesMissing, model.CodeFeaturesMismatch,
	},
}

// FuzzPredict sends any body under any header. It must be answered with a prediction of
// what was asked, or in the documented form with a field and a rule.
//
// Proves N10 by plain Go: no request ends in anything but a prediction or a documented
// refusal.
func FuzzPredict(f *testing.F) {
	small := func(o *server.Options) { quiet(o); o.MaxBodyBytes = 1 << 10 }
	texts, parts := newHarness(f, small), newHarnessOf(f, defects.Kind{}, small)
	f.Fuzz(func(t *testing.T, numbers bool, contentType, coding string, body []byte) {
		to, asked := texts, model.Request(&sentiment.Request{})
		if numbers {
			to, asked = parts, &defects.Request{}
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/predict", bytes.NewReader(body))
		r.Header["Content-Type"], r.Header["Content-Encoding"] = []string{contentType}, []string{coding}
		w := httptest.NewRecorder()
		to.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			var problem server.Problem
			require.NoError(t, json.Unmarshal(w.Body.Bytes(), &problem))
			require.True(t, slices.Contains(known[w.Code], problem.Code), "%d %+v", w.Code, problem)
			require.Regexp(t, said, problem.Message)
			return
		}
		var answer server.Response
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &answer))
		require.True(t, answer.Confidence >= 0.5 && answer.Confidence <= 1, answer)
		require.NoError(t, json.Unmarshal(body, asked))
		input, refusal := asked.Input()
		require.Nil(t, refusal)
		require.Equal(t, input, answer.Input)
	})
}
