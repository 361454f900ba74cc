package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/mlops-iac/mlops/services/inference/internal/artifact"
	"github.com/mlops-iac/mlops/services/inference/internal/config"
	"github.com/mlops-iac/mlops/services/inference/internal/store"
	"github.com/mlops-iac/mlops/services/inference/internal/versions"
)

// newModels is for people, inside of a pod of the tenant or with its credentials.
func newModels() *cobra.Command {
	settings := &config.Models{}
	cmd := &cobra.Command{
		Use:   "models",
		Short: "Show the versions of the model, and say which one is in use",
	}
	settings.Bind(cmd.PersistentFlags())
	force := false
	promote := versionCommand(settings, "promote VERSION", "Take a version into use", func(cmd *cobra.Command, all versions.Versions, args []string) error {
		return promoteVersion(cmd, all, args[0], force)
	})
	promote.Flags().BoolVar(&force, "force", false, "also one that was rejected when it was trained")
	cmd.AddCommand(promote,
		versionCommand(settings, "list", "List the versions, the newest first", listVersions),
		versionCommand(settings, "show VERSION", "Show all that is known of a version, as JSON", showVersion),
		versionCommand(settings, "rollback", "Take the version into use that was in use before", rollBack))
	return cmd
}

type onVersions func(cmd *cobra.Command, all versions.Versions, args []string) error

// versionCommand opens the folder of the model for a command that has an argument for
// each word behind its name.
func versionCommand(settings *config.Models, use, short string, run onVersions) *cobra.Command {
	needs := cobra.NoArgs
	if strings.Contains(use, " ") {
		needs = cobra.ExactArgs(1)
	}
	return &cobra.Command{Use: use, Short: short, Args: needs, RunE: func(cmd *cobra.Command, args []string) error {
		if err := config.Load(cmd.InheritedFlags(), settings); err != nil {
			return err
		}
		kind, at, err := openFolder(cmd.Context(), settings.ModelKind, settings.ModelURI)
		if err != nil {
			return err
		}
		return run(cmd, versions.Open(at, kind), args)
	}}
}

func listVersions(cmd *cobra.Command, all versions.Versions, _ []string) error {
	list, inUse, err := all.List(cmd.Context())
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "VERSION\tTRAINED\tACCURACY\tROWS\tSTATE")
	for _, one := range list {
		fmt.Fprintf(table, "%s\t%s\t%.3f\t%d\t%s\n", one.Version, one.TrainedAt.Format("2006-01-02 15:04"), one.Accuracy, one.Samples, state(one, inUse))
	}
	return table.Flush()
}

// state says what became of a version.
func state(one, inUse artifact.Manifest) string {
	switch {
	case one.Version == inUse.Version:
		return "in use"
	case slices.Contains(inUse.Before, one.Version):
		return "was in use"
	case one.Rejected != "":
		return "rejected: " + one.Rejected
	default:
		return "not used"
	}
}

func showVersion(cmd *cobra.Command, all versions.Versions, args []string) error {
	manifest, err := all.Show(cmd.Context(), args[0])
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(cmd.OutOrStdout())
	encoder.SetIndent("", "  ")
	return encoder.Encode(manifest)
}

func promoteVersion(cmd *cobra.Command, all versions.Versions, version string, force bool) error {
	current, inUse, err := all.InUse(cmd.Context())
	if err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, artifact.ErrRefused) {
		return err
	}
	promoted, err := all.Promote(cmd.Context(), version, inUse, force)
	if errors.Is(err, versions.ErrRejected) {
		return fmt.Errorf("%w; --force takes it into use all the same", err)
	}
	if err != nil {
		return err
	}
	told(cmd.OutOrStdout(), current, promoted)
	return nil
}

func rollBack(cmd *cobra.Command, all versions.Versions, _ []string) error {
	from, to, err := all.Rollback(cmd.Context())
	if err != nil {
		return err
	}
	told(cmd.OutOrStdout(), from, to)
	return nil
}

// told says what was done. Replicas follow by themselves.
func told(w io.Writer, from, to artifact.Manifest) {
	before := ""
	if from.Version != "" && from.Version != to.Version {
		before = " instead of " + from.Version
	}
	fmt.Fprintf(w, "in use: %s (accuracy %.3f)%s; replicas follow at their next look, within MODEL_REFRESH\n", to.Version, to.Accuracy, before)
}
