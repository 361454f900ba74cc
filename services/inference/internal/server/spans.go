package server

import (
	"context"
	"net/http"
	"net/netip"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// tracerName is the scope of the spans.
const tracerName = "github.com/mlops-iac/mlops/services/inference"

// serverSpan is the kind of every span.
var serverSpan = []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindServer)}

// noSpan is what a request has that belongs to no trace, where no spans are made.
var noSpan = trace.SpanFromContext(context.Background())

// isSilent says whether a provider makes no spans.
func isSilent(provider trace.TracerProvider) bool {
	_, silent := provider.(noop.TracerProvider)
	return silent
}

// startSpan begins the span of a request, in the trace that its header traceparent
// names. Handlers make no spans of their own, so none gets the context.
func (s *Server) startSpan(r *http.Request) trace.Span {
	ctx := r.Context()
	if len(r.Header["Traceparent"]) > 0 {
		ctx = propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(r.Header))
	} else if s.silent {
		return noSpan
	}
	_, span := s.tracer.Start(ctx, spanName(r), serverSpan...)
	return span
}

// spanName keeps the number of names small, whatever methods and paths are asked for.
func spanName(r *http.Request) string {
	method, path := r.Method, r.URL.Path
	if method == http.MethodPost && path == predictPath {
		return http.MethodPost + " " + predictPath
	}
	if !usual(method) {
		method = "HTTP" // so the conventions of OpenTelemetry
	}
	if path != "/" && path != predictPath {
		path = "other"
	}
	return method + " " + path
}

func usual(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodConnect, http.MethodOptions, http.MethodTrace:
		return true
	default:
		return false
	}
}

// endSpan says in the span what was asked and answered, by the conventions of
// OpenTelemetry for servers. Most services make no spans: then it does nothing.
func endSpan(span trace.Span, x *exchange, r *http.Request) {
	if !span.IsRecording() {
		return
	}
	if x.status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, "")
		span.SetAttributes(semconv.ErrorTypeKey.String(x.failure))
	}
	span.SetAttributes(append(sides(r),
		methodAttribute(r.Method), semconv.URLScheme("http"), semconv.URLPath(r.URL.Path),
		semconv.UserAgentOriginal(r.UserAgent()), semconv.NetworkProtocolVersion(strings.TrimPrefix(r.Proto, "HTTP/")),
		semconv.HTTPResponseStatusCode(x.status))...)
	span.End()
}

func methodAttribute(method string) attribute.KeyValue {
	if !usual(method) {
		return semconv.HTTPRequestMethodOther
	}
	return semconv.HTTPRequestMethodKey.String(method)
}

// sides are the addresses of the service, of the connection's other end, and of the
// client, which is another one behind a load balancer.
func sides(r *http.Request) []attribute.KeyValue {
	attributes := make([]attribute.KeyValue, 0, 10)
	attributes = append(attributes, semconv.ServerAddress(r.Host))
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return attributes
	}
	address := peer.Addr().String()
	client, _, _ := strings.Cut(r.Header.Get("X-Forwarded-For"), ",")
	if client == "" {
		client = address
	}
	return append(attributes, semconv.NetworkPeerAddress(address), semconv.ClientAddress(client))
}
