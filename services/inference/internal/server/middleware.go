package server

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"

	"github.com/felixge/httpsnoop"
	"go.opentelemetry.io/otel/trace"

	"github.com/mlops-iac/mlops/components/logging/record"
)

const requestIDHeader = "X-Request-Id"

// requestID is what a client may call its request. Anything else is replaced, so
// that nobody writes lines of their own into the log.
var requestID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// identified gives every request an id, in the answer and in the log.
func (s *Server) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(requestIDHeader)
		if !requestID.MatchString(id) {
			id = rand.Text()
		}
		w.Header().Set(requestIDHeader, id)
		next.ServeHTTP(w, r)
	})
}

type noteKey struct{}

// note is what a handler tells the log about its request.
type note struct{ model, failure string }

func noteModel(ctx context.Context, version string) {
	if n, ok := ctx.Value(noteKey{}).(*note); ok {
		n.model = version
	}
}

// counted counts and logs requests, ends those that take too long, and answers
// 500 to those that panic.
func (s *Server) counted(next http.Handler) http.Handler {
	guarded := s.guarded(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer s.options.Metrics.Begin()()
		n := &note{}
		ctx, cancel := context.WithTimeout(context.WithValue(r.Context(), noteKey{}, n), s.options.RequestTimeout)
		defer cancel()
		done := httpsnoop.CaptureMetrics(guarded, w, r.WithContext(ctx))
		s.options.Metrics.Request(ctx, done.Code, done.Duration)

		level := slog.LevelInfo
		if done.Code >= http.StatusInternalServerError {
			level = slog.LevelError
		}
		attributes := []slog.Attr{
			slog.String(record.RequestID, w.Header().Get(requestIDHeader)), slog.String(record.Method, r.Method),
			slog.String(record.Path, r.URL.Path), slog.Int(record.Code, done.Code),
			slog.Float64(record.Duration, done.Duration.Seconds()), slog.Int64(record.Bytes, done.Written),
		}
		if n.model != "" {
			attributes = append(attributes, slog.String(record.ModelVersion, n.model))
		}
		if n.failure != "" {
			attributes = append(attributes, slog.String(record.Error, n.failure))
		}
		if span := trace.SpanContextFromContext(ctx); span.HasTraceID() {
			attributes = append(attributes, slog.String(record.TraceID, span.TraceID().String()))
		}
		s.options.Log.LogAttrs(ctx, level, record.Request, attributes...)
	})
}

func (s *Server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			value := recover()
			if value == nil {
				return
			}
			s.options.Metrics.Panic()
			s.options.Log.Error("a request ended in a panic", record.RequestID, w.Header().Get(requestIDHeader),
				"panic", value, "stack", string(debug.Stack()))
			fail(http.StatusInternalServerError, CodeInternal, "The service failed to answer; the log has the reason.").write(w, r)
		}()
		next.ServeHTTP(w, r)
	})
}
