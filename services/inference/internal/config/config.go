// Package config reads the settings of the commands: flags, which win, then
// environment variables, then defaults. All errors are reported at once.
package config

import (
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/names"
	"github.com/mlops-iac/mlops/internal/shared/validation"
	"github.com/mlops-iac/mlops/services/inference/internal/artifact"
	"github.com/mlops-iac/mlops/services/inference/internal/store"
)

const (
	// DefaultMaxBodyBytes is the largest body of a request, 128 KiB: the longest text
	// fits in whatever way it is written. Python writes an emoji as two escapes of 6
	// bytes, so 10,000 of them take 120,000.
	DefaultMaxBodyBytes = 128 << 10
	// DefaultRequestTimeout is the longest time for a request.
	DefaultRequestTimeout = 10 * time.Second
)

// Serve are the settings of the service.
type Serve struct {
	Host           string
	Port           int
	Tenant         string
	ModelKind      string
	ModelURI       string
	ModelsURI      string
	ModelVersion   string
	ModelSeed      bool
	ModelRefresh   time.Duration
	MaxModelBytes  int64
	LogLevel       string
	MaxBodyBytes   int64
	RequestTimeout time.Duration
	DrainDelay     time.Duration
	DrainTimeout   time.Duration
	Faults         bool
	// Tracing is set when a collector is named in the environment.
	Tracing bool
	// SamplerNamed is set when the environment says which traces are sampled.
	SamplerNamed bool
}

// Bind adds the flags of the settings.
func (s *Serve) Bind(flags *pflag.FlagSet) {
	flags.StringVar(&s.Host, "host", "", "address to listen on; empty is every address")
	flags.IntVar(&s.Port, "port", 8080, "port to listen on; 0 takes a free one and logs it")
	flags.StringVar(&s.Tenant, "tenant", "", "tenant whose service this is")
	bindKind(flags, &s.ModelKind)
	flags.StringVar(&s.ModelURI, "model-uri", "", "folder of the model, s3://bucket/prefix or file:///folder; empty uses the bundled sample")
	flags.StringVar(&s.ModelVersion, "model-version", "", "version of the model to answer with, whatever is in use; empty follows the one in use")
	flags.BoolVar(&s.ModelSeed, "model-seed", false, "answer with a model of the bundled sample as long as there is nothing at all below --models-uri")
	flags.StringVar(&s.ModelsURI, "models-uri", "", "folder of all models of the tenant; one that --model-uri is not below counts as --model-uri")
	flags.DurationVar(&s.ModelRefresh, "model-refresh", 30*time.Second, "interval between two looks for a newer model")
	flags.Int64Var(&s.MaxModelBytes, "max-model-bytes", artifact.DefaultMaxBytes, "largest model that is loaded, in bytes")
	flags.StringVar(&s.LogLevel, "log-level", "info", "debug, info, warn or error; a request is an info line, a failed one an error")
	flags.Int64Var(&s.MaxBodyBytes, "max-body-bytes", DefaultMaxBodyBytes, "largest body of a request, in bytes")
	flags.DurationVar(&s.RequestTimeout, "request-timeout", DefaultRequestTimeout, "longest time for a request")
	flags.DurationVar(&s.DrainDelay, "drain-delay", time.Second, "time between SIGTERM, when /ready turns to 503, and the end of new connections")
	flags.DurationVar(&s.DrainTimeout, "drain-timeout", 20*time.Second, "longest time for requests under way after that")
	flags.BoolVar(&s.Faults, "faults", false, "open /-/faults, which breaks the service on purpose")
}

// Check reports every setting that cannot be.
func (s *Serve) Check() field.ErrorList {
	list := append(checkLevel(s.LogLevel), checkKind(s.ModelKind)...)
	for name, uri := range map[string]string{"MODEL_URI": s.ModelURI, "MODELS_URI": s.ModelsURI} {
		list = append(list, checkURI(name, uri)...)
	}
	if s.Port != 0 && (s.Port < 1024 || s.Port > 65535) {
		list = append(list, field.Invalid(field.NewPath("PORT"), s.Port, "must be 0 or from 1024 to 65535: containers do not run as root"))
	}
	for name, value := range map[string]time.Duration{"MODEL_REFRESH": s.ModelRefresh, "REQUEST_TIMEOUT": s.RequestTimeout, "DRAIN_TIMEOUT": s.DrainTimeout} {
		list = append(list, checkTime(name, value)...)
	}
	list = append(list, s.checkVersion()...)
	if s.DrainDelay < 0 || s.DrainDelay > time.Hour {
		list = append(list, field.Invalid(field.NewPath("DRAIN_DELAY"), s.DrainDelay.String(), "must be from 0s to 1h"))
	}
	for name, value := range map[string]int64{"MAX_BODY_BYTES": s.MaxBodyBytes, "MAX_MODEL_BYTES": s.MaxModelBytes} {
		list = append(list, checkSize(name, value)...)
	}
	return list
}

// checkVersion reports a version that replicas would look for in vain.
func (s *Serve) checkVersion() field.ErrorList {
	if s.ModelVersion == "" {
		return nil
	}
	var list field.ErrorList
	if !artifact.IsVersion(s.ModelVersion) {
		list = append(list, field.Invalid(field.NewPath("MODEL_VERSION"), s.ModelVersion, `must be a version such as "20260102T150405Z-0123456789ab"`))
	}
	if s.ModelURI == "" {
		list = append(list, field.Required(field.NewPath("MODEL_URI"), "the folder that has version "+s.ModelVersion))
	}
	return list
}

// SeedWhileEmpty is the folder in which any object means that the tenant has
// published a model, so that the seed must not answer.
func (s *Serve) SeedWhileEmpty() string {
	if above := strings.TrimSuffix(s.ModelsURI, "/"); above != "" && strings.HasPrefix(s.ModelURI, above+"/") {
		return above
	}
	return s.ModelURI
}

func checkTime(name string, value time.Duration) field.ErrorList {
	if value >= 100*time.Millisecond && value <= 24*time.Hour {
		return nil
	}
	return field.ErrorList{field.Invalid(field.NewPath(name), value.String(), "must be from 100ms to 24h")}
}

func checkSize(name string, value int64) field.ErrorList {
	if value >= 1<<10 && value <= 1<<30 {
		return nil
	}
	return field.ErrorList{field.Invalid(field.NewPath(name), value, "must be from 1024 (1 KiB) to 1073741824 (1 GiB)")}
}

// Settings are flags that Load fills.
type Settings interface {
	// Check reports every setting that cannot be.
	Check() field.ErrorList
}

// Load takes what no flag set from the environment and checks everything. The
// variable of a flag has its name in capitals: MODEL_URI for --model-uri. An
// empty variable counts as not set, as in a ConfigMap.
func Load(flags *pflag.FlagSet, settings Settings) error {
	var list field.ErrorList
	flags.VisitAll(func(flag *pflag.Flag) {
		name := Variable(flag.Name)
		value := os.Getenv(name)
		if flag.Changed || value == "" || flag.Name == "help" {
			return
		}
		if err := flags.Set(flag.Name, value); err != nil {
			list = append(list, field.Invalid(field.NewPath(name), value, "must be "+kind(flag)))
			// A failed flag is left at zero, which Check would report once more.
			_ = flags.Set(flag.Name, flag.DefValue)
		}
	})
	return validation.ToError("", append(list, settings.Check()...))
}

// Variable is the environment variable of a flag.
func Variable(flag string) string {
	if name, ok := flagNames[flag]; ok {
		return name
	}
	return strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

func kind(flag *pflag.Flag) string {
	switch flag.Value.Type() {
	case "duration":
		return `a duration such as "30s"`
	case "bool":
		return "true or false"
	default:
		return "a number"
	}
}

// Tracing tells whether a collector is named in the environment.
func Tracing() bool {
	return os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" || os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") != ""
}

// SamplerNamed tells whether the environment says which traces are sampled.
func SamplerNamed() bool { return os.Getenv("OTEL_TRACES_SAMPLER") != "" }

// Level returns the level of a name that Check accepts.
func Level(name string) (slog.Level, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(name)); err != nil {
		return 0, fmt.Errorf("log level %q: %w", name, err)
	}
	return level, nil
}

func checkLevel(name string) field.ErrorList {
	for _, known := range []string{"debug", "info", "warn", "error"} {
		if strings.EqualFold(known, name) {
			return nil
		}
	}
	return field.ErrorList{field.NotSupported(field.NewPath("LOG_LEVEL"), name, []string{"debug", "info", "warn", "error"})}
}

func bindKind(flags *pflag.FlagSet, kind *string) {
	flags.StringVar(kind, "model-kind", names.ModelSentiment, "kind of the model: "+strings.Join(names.ModelKinds(), " or "))
}

func checkKind(kind string) field.ErrorList {
	if slices.Contains(names.ModelKinds(), kind) {
		return nil
	}
	return field.ErrorList{field.NotSupported(field.NewPath("MODEL_KIND"), kind, names.ModelKinds())}
}

func checkURI(name, uri string) field.ErrorList {
	if uri == "" {
		return nil
	}
	if _, err := store.Parse(uri); err != nil {
		return field.ErrorList{field.Invalid(field.NewPath(name), uri, err.Error())}
	}
	return nil
}
