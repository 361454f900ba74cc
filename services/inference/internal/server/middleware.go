package server

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/mlops-iac/mlops/components/logging/record"
)

// counted counts, traces and logs a request, and answers 500 when it panics.
func (s *Server) counted(x *exchange, r *http.Request, answer func(*exchange, *http.Request)) {
	s.options.Metrics.Begin()
	defer s.options.Metrics.End()
	span := s.startSpan(r)
	s.guarded(x, r, answer)
	took := time.Since(x.begin)
	s.options.Metrics.Request(span.SpanContext(), x.status, took)
	s.logRequest(x, r, took, span.SpanContext())
	endSpan(span, x, r)
}

// lineLength is how many attributes the line of a request has at most.
const lineLength = 9

// logRequest writes the line of a request.
func (s *Server) logRequest(x *exchange, r *http.Request, took time.Duration, span trace.SpanContext) {
	level := slog.LevelInfo
	if x.status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	to, ctx := s.options.Log.Handler(), r.Context()
	if !to.Enabled(ctx, level) {
		return
	}
	// Not by the Logger, which looks for the line of code that called it.
	line := slog.NewRecord(x.begin.Add(took), level, record.Request, 0)
	x.line = [lineLength]slog.Attr{
		slog.String(record.RequestID, x.id), slog.String(record.Method, r.Method),
		slog.String(record.Path, r.URL.Path), slog.Int(record.Code, x.status),
		slog.Float64(record.Duration, took.Seconds()), slog.Int64(record.Bytes, x.written),
		text(record.ModelVersion, x.model), text(record.Error, x.failure), traceID(span),
	}
	// A group without a name is written as its members, and a record has room for one
	// attribute of its own.
	line.AddAttrs(slog.Attr{Value: slog.GroupValue(x.line[:]...)})
	// A log that cannot be written does not keep requests from being answered.
	_ = to.Handle(ctx, line)
}

// text is an attribute that is left out when there is nothing to say.
func text(key, value string) slog.Attr {
	if value == "" {
		return slog.Attr{}
	}
	return slog.String(key, value)
}

func traceID(span trace.SpanContext) slog.Attr {
	if !span.HasTraceID() {
		return slog.Attr{}
	}
	return slog.String(record.TraceID, span.TraceID().String())
}

// guarded answers 500 where a handler panics.
func (s *Server) guarded(x *exchange, r *http.Request, answer func(*exchange, *http.Request)) {
	defer func() {
		value := recover()
		if value == nil {
			return
		}
		s.options.Metrics.Panic()
		s.options.Log.Error("a request ended in a panic", record.RequestID, x.id, "panic", value, "stack", string(debug.Stack()))
		fail(http.StatusInternalServerError, CodeInternal, "The service failed to answer; the log has the reason.").write(x)
	}()
	answer(x, r)
}
