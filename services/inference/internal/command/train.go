package command

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/mlops-iac/mlops/services/inference/internal/artifact"
	"github.com/mlops-iac/mlops/services/inference/internal/config"
	"github.com/mlops-iac/mlops/services/inference/internal/model"
	"github.com/mlops-iac/mlops/services/inference/internal/store"
	"github.com/mlops-iac/mlops/services/inference/internal/training"
)

func newTrain() *cobra.Command {
	settings := &config.Train{}
	cmd := &cobra.Command{
		Use:   "train",
		Short: "Learn from labelled examples and publish the model",
		Args:  cobra.NoArgs,
	}
	settings.Bind(cmd.Flags())
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := config.Load(cmd.Flags(), settings); err != nil {
			return err
		}
		// A pod that is taken away must not publish half-trained work; nothing is
		// written before the end.
		ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM, os.Interrupt)
		defer stop()
		return train(ctx, settings, cmd)
	}
	return cmd
}

func train(ctx context.Context, settings *config.Train, cmd *cobra.Command) error {
	log, err := newLog(cmd.ErrOrStderr(), settings.LogLevel, settings.Tenant)
	if err != nil {
		return err
	}
	kind, to, err := openFolder(ctx, settings.ModelKind, settings.ModelOutputURI)
	if err != nil {
		return err
	}
	awaitStore(ctx, to)
	result, err := learn(ctx, kind, settings, log)
	if err != nil {
		return err
	}
	report(cmd.OutOrStdout(), result)
	encoded, err := result.Model.Encode()
	if err != nil {
		return err
	}
	manifest := artifact.Describe(kind, encoded, time.Now(), result.Samples, result.Evaluation)
	manifest.Holdout, manifest.Seed, manifest.Split = settings.Holdout, settings.Seed, training.SplitRule
	manifest.Data, manifest.DataSHA256, manifest.Code = settings.DataURI, result.DataSHA256, Version()
	if err := (gate{settings, kind, to, result, log}).pass(ctx, manifest, encoded); err != nil {
		return err
	}
	log.Info("published", "uri", settings.ModelOutputURI, "model_version", manifest.Version,
		"bytes", manifest.Size, "accuracy", manifest.Accuracy)
	return nil
}

func learn(ctx context.Context, kind model.Kind, settings *config.Train, log *slog.Logger) (*training.Result, error) {
	table, source := kind.Sample(), "the bundled sample"
	if settings.DataURI == "" {
		log.Warn("no --data or DATA_URI: learning from the bundled sample")
	} else {
		object, err := store.OpenObject(ctx, settings.DataURI)
		if err != nil {
			return nil, fmt.Errorf("reading the examples: %w", err)
		}
		defer object.Close()
		table, source = object, settings.DataURI
	}
	log.Info("training", "kind", kind.Name(), "data", source, "holdout", settings.Holdout, "seed", settings.Seed)
	result, err := training.Run(kind, contextReader{ctx, table}, training.Options{Holdout: settings.Holdout, Seed: settings.Seed})
	if err != nil {
		return nil, fmt.Errorf("learning from %s: %w", source, err)
	}
	return result, nil
}

// contextReader ends with the context, for tables on a slow disk.
type contextReader struct {
	ctx   context.Context
	table io.Reader
}

// Read implements io.Reader.
func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.table.Read(p)
}

// report writes what a person wants to know before the model is used.
func report(w io.Writer, result *training.Result) {
	evaluation := &result.Evaluation
	fmt.Fprintf(w, "learned from %d rows (%s), measured on %d others\naccuracy %.3f\n\n",
		result.Samples, result.Model.Describe(), evaluation.Samples(), evaluation.Accuracy())
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, "CLASS\tPRECISION\tRECALL")
	for _, class := range evaluation.Classes {
		fmt.Fprintf(table, "\tFOUND %s", class)
	}
	fmt.Fprintln(table)
	for i, class := range evaluation.Classes {
		fmt.Fprintf(table, "%s\t%.3f\t%.3f", class, evaluation.Precision(class), evaluation.Recall(class))
		for _, count := range evaluation.Confusion[i] {
			fmt.Fprintf(table, "\t%d", count)
		}
		fmt.Fprintln(table)
	}
	// A report that cannot be written does not keep a good model from being published.
	_ = table.Flush()
}
