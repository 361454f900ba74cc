package server_test

import (
	"context"
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
