package server_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/server"
)

// stuck is a log that takes no line before it is let go.
type stuck struct {
	slog.Handler
	letGo chan struct{}
}

func (s stuck) Handle(context.Context, slog.Record) error {
	<-s.letGo
	return nil
}

// TestAnswersDoNotWaitForTheLog asks a server whose log takes no line: nobody who asks
// waits for what the service notes afterwards.
func TestAnswersDoNotWaitForTheLog(t *testing.T) {
	t.Parallel()
	letGo := make(chan struct{})
	s := httptest.NewServer(newHarness(t, func(o *server.Options) { o.Log = slog.New(stuck{o.Log.Handler(), letGo}) }))
	defer s.Close()
	defer close(letGo)
	answer, err := http.Post(s.URL+"/predict", "application/json", strings.NewReader(`{"text":"good"}`))
	require.NoError(t, err)
	defer answer.Body.Close()
	assert.Equal(t, http.StatusOK, answer.StatusCode)
}

// TestBodiesAreBounded sends a body that is too large, once with its length and once without.
// Of the first not a byte is read, of the other one more than the limit.
func TestBodiesAreBounded(t *testing.T) {
	t.Parallel()
	const limit = 1000
	r := newHarness(t, func(o *server.Options) { o.MaxBodyBytes = limit })
	for name, c := range map[string]struct{ length, read int64 }{
		"with its length": {limit + 500, 0}, "without": {-1, limit + 1},
	} {
		body := strings.NewReader(strings.Repeat(" ", limit+500))
		request := httptest.NewRequest(http.MethodPost, "/predict", io.NopCloser(body))
		request.ContentLength = c.length
		w := httptest.NewRecorder()
		r.ServeHTTP(w, request)
		assert.Equal(t, http.StatusRequestEntityTooLarge, w.Code, name)
		assert.Contains(t, w.Body.String(), "The body must have at most 1000 bytes.", name)
		assert.Equal(t, c.read, int64(limit+500-body.Len()), name)
	}
}
