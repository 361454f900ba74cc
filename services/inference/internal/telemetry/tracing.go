package telemetry

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// Tracing is where spans go, and how to send the last of them.
type Tracing struct {
	// Provider makes spans. Without a collector it makes none, but still hands
	// on the trace a request belongs to.
	Provider trace.TracerProvider
	// Shutdown sends what was not sent yet.
	Shutdown func(context.Context) error
}

// StartTracing sends spans by OTLP over HTTP when enabled is set. The address and
// all else comes from the OTEL_* variables, which the SDK reads itself.
func StartTracing(ctx context.Context, enabled bool, tenant, version string) (*Tracing, error) {
	if !enabled {
		return &Tracing{Provider: noop.NewTracerProvider(), Shutdown: func(context.Context) error { return nil }}, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("starting the export of traces: %w", err)
	}
	// The variables OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last and win.
	about, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithAttributes(
		attribute.String("service.name", "inference"), attribute.String("service.version", version),
		attribute.String("mlops.tenant", tenant),
	), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("describing the service for traces: %w", err)
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(about))
	return &Tracing{Provider: provider, Shutdown: provider.Shutdown}, nil
}
