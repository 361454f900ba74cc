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

// DefaultRatio is the share of traces that are sampled when nobody has decided, 0 to 1. A
// span costs more than the prediction that it is about (docs/inference.md). The number is
// that of the default rule of AWS X-Ray.
const DefaultRatio = 0.05

// Options say whether and of what spans are sent.
type Options struct {
	// Enabled sends spans by OTLP over HTTP. The address and all else comes from the
	// OTEL_* variables, which the SDK reads itself.
	Enabled bool
	// SamplerNamed leaves the sampler to OTEL_TRACES_SAMPLER. Otherwise a request of a
	// trace is sampled as its caller decided, and DefaultRatio of the others.
	SamplerNamed bool
	// Tenant and Version are what the spans say of the service.
	Tenant, Version string
}

func (o Options) sampler() []sdktrace.TracerProviderOption {
	if o.SamplerNamed {
		return nil
	}
	return []sdktrace.TracerProviderOption{sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(DefaultRatio)))}
}

// StartTracing makes the spans of a service.
func StartTracing(ctx context.Context, o Options) (*Tracing, error) {
	if !o.Enabled {
		return &Tracing{Provider: noop.NewTracerProvider(), Shutdown: func(context.Context) error { return nil }}, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("starting the export of traces: %w", err)
	}
	// The variables OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last and win.
	about, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithAttributes(
		attribute.String("service.name", "inference"), attribute.String("service.version", o.Version),
		attribute.String("mlops.tenant", o.Tenant),
	), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("describing the service for traces: %w", err)
	}
	provider := sdktrace.NewTracerProvider(append(o.sampler(), sdktrace.WithBatcher(exporter), sdktrace.WithResource(about))...)
	return &Tracing{Provider: provider, Shutdown: provider.Shutdown}, nil
}
