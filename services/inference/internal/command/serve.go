package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/mlops-iac/mlops/services/inference/internal/artifact"
	"github.com/mlops-iac/mlops/services/inference/internal/config"
	"github.com/mlops-iac/mlops/services/inference/internal/kinds"
	"github.com/mlops-iac/mlops/services/inference/internal/model"
	"github.com/mlops-iac/mlops/services/inference/internal/reloader"
	"github.com/mlops-iac/mlops/services/inference/internal/server"
	"github.com/mlops-iac/mlops/services/inference/internal/telemetry"
	"github.com/mlops-iac/mlops/services/inference/internal/training"
)

// lastSpans is how long the export of traces may take at the end.
const lastSpans = 3 * time.Second

func newServe() *cobra.Command {
	settings := &config.Serve{}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Answer requests (the default)",
		Args:  cobra.NoArgs,
	}
	settings.Bind(cmd.Flags())
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := config.Load(cmd.Flags(), settings); err != nil {
			return err
		}
		settings.Tracing, settings.SamplerNamed = config.Tracing(), config.SamplerNamed()
		return serve(cmd.Context(), settings, cmd)
	}
	return cmd
}

func serve(ctx context.Context, settings *config.Serve, cmd *cobra.Command) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, os.Interrupt)
	defer stop()
	log, err := newLog(cmd.OutOrStdout(), settings.LogLevel, settings.Tenant)
	if err != nil {
		return err
	}
	tracing, err := telemetry.StartTracing(ctx, telemetry.Options{
		Enabled: settings.Tracing, SamplerNamed: settings.SamplerNamed, Tenant: settings.Tenant, Version: Version(),
	})
	if err != nil {
		return err
	}
	kind, err := kinds.Named(settings.ModelKind)
	if err != nil {
		return err
	}
	metrics := telemetry.NewMetrics(settings.Tenant, Version(), kind.Classes())
	models, err := newReloader(kind, settings, metrics, log)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(settings.Host, strconv.Itoa(settings.Port)))
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	log.Info("listening", "address", listener.Addr().String(), "version", Version(), "faults", settings.Faults)
	watchContext, stopWatching := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWatching()
	go models.Run(watchContext)
	defer reloadOnHangup(models)()

	s := server.New(server.Options{
		Tenant: settings.Tenant, Version: Version(), Kind: kind, Model: models.Current, Metrics: metrics,
		Tracer: tracing.Provider, Log: log, MaxBodyBytes: settings.MaxBodyBytes,
		RequestTimeout: settings.RequestTimeout, Faults: settings.Faults,
	})
	err = s.Run(ctx, listener, server.Limits{Delay: settings.DrainDelay, Timeout: settings.DrainTimeout})
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastSpans)
	defer cancel()
	return errors.Join(err, tracing.Shutdown(last))
}

func newLog(w io.Writer, name, tenant string) (*slog.Logger, error) {
	level, err := config.Level(name)
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
	return log.With("service", "inference", "tenant", tenant), nil
}

func newReloader(kind model.Kind, settings *config.Serve, metrics *telemetry.Metrics, log *slog.Logger) (*reloader.Reloader, error) {
	options := reloader.Options{
		Kind: kind, URI: settings.ModelURI, Version: settings.ModelVersion, Refresh: settings.ModelRefresh, MaxBytes: settings.MaxModelBytes,
		Observer: metrics, Log: log, Waiting: writeTermination,
	}
	seed := func() (model.Model, artifact.Manifest, error) { return trainSeed(kind) }
	if settings.ModelURI != "" {
		if settings.ModelSeed && settings.ModelVersion == "" {
			options.Seed, options.SeedWhileEmpty = seed, settings.SeedWhileEmpty()
		}
		return reloader.New(options), nil
	}
	log.Warn("no MODEL_URI: the model is trained from the bundled sample")
	trained, manifest, err := seed()
	if err != nil {
		return nil, err
	}
	return reloader.Fixed(options, trained, manifest), nil
}

// trainSeed trains a model from the bundled sample.
func trainSeed(kind model.Kind) (model.Model, artifact.Manifest, error) {
	result, err := training.Run(kind, kind.Sample(), training.Options{Holdout: training.DefaultHoldout, Seed: training.DefaultSeed})
	if err != nil {
		return nil, artifact.Manifest{}, fmt.Errorf("training from the bundled sample: %w", err)
	}
	return result.Model, artifact.Manifest{
		// The same in every replica, unlike the time or the digest of an encoding.
		Kind: kind.Name(), Version: "seed-" + result.DataSHA256[:12], TrainedAt: time.Now().UTC().Truncate(time.Second),
		Classes: kind.Classes(), Samples: result.Samples, HeldOut: result.Evaluation.Samples(), Accuracy: result.Evaluation.Accuracy(),
	}, nil
}

// reloadOnHangup looks for a newer model on SIGHUP until the returned function runs.
func reloadOnHangup(models *reloader.Reloader) func() {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	go func() {
		for range hangup {
			models.Reload()
		}
	}()
	return func() {
		signal.Stop(hangup)
		close(hangup)
	}
}
