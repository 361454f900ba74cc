//go:build !previews

package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/mlops-iac/mlops/internal/workbench/local"
	"github.com/mlops-iac/mlops/internal/workbench/models"
)

// modelsFlags say whose models they are, and where the cluster is.
type modelsFlags struct {
	tenant, folder, kubeconfig, context string
	embedded                            bool
}

func newModelsCommand() *cobra.Command {
	f := &modelsFlags{}
	command := &cobra.Command{
		Use:   "models",
		Short: "Show the versions of a tenant's model, and say which one is in use",
		Long: `Show the versions of a tenant's model, and say which one is in use.

The command runs in one of the tenant's replicas, as kubectl exec would do it: it
takes the right to that, which editors of the tenant have, and none to its bucket.
Replicas follow within MODEL_REFRESH. The cluster is that of the kubeconfig, or with
--embedded the platform on this machine, when its nodes are real.`,
	}
	flags := command.PersistentFlags()
	flags.StringVarP(&f.tenant, "tenant", "t", "", "tenant whose model it is (required)")
	flags.StringVar(&f.kubeconfig, "kubeconfig", "", "kubeconfig of the cluster (default: as kubectl)")
	flags.StringVar(&f.context, "context", "", "context of the kubeconfig (default: its current one)")
	flags.BoolVar(&f.embedded, "embedded", false, "the platform that `mlops up --embedded` runs")
	flags.StringVar(&f.folder, "folder", "", "folder of the embedded platform (default: in the cache folder)")
	command.MarkFlagsMutuallyExclusive("embedded", "kubeconfig")
	command.MarkFlagsMutuallyExclusive("embedded", "context")

	force := false
	promote := f.command("promote VERSION", "Take a version into use; its file is read and checked before", cobra.ExactArgs(1), func(args []string) []string {
		if force {
			return append(args, "--force")
		}
		return args
	})
	promote.Flags().BoolVar(&force, "force", false, "also one that was rejected when it was trained")
	command.AddCommand(promote,
		f.command("list", "List the versions, the newest first, and what became of each", cobra.NoArgs, nil),
		f.command("show VERSION", "Show all that is known of a version, as JSON", cobra.ExactArgs(1), nil),
		f.command("rollback", "Take the version into use that was in use before", cobra.NoArgs, nil))
	return command
}

// command is one of the inference service. arguments, if any, changes its arguments.
func (f *modelsFlags) command(use, short string, count cobra.PositionalArgs, arguments func([]string) []string) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: count, RunE: func(cmd *cobra.Command, args []string) error {
		if f.tenant == "" {
			return errors.New("name the tenant, as in `mlops models list --tenant tenant-a`")
		}
		if arguments != nil {
			args = arguments(args)
		}
		options := models.Options{Tenant: f.tenant, Command: append([]string{cmd.Name()}, args...), Out: cmd.OutOrStdout()}
		if f.embedded {
			return local.Models(cmd.Context(), f.folder, options)
		}
		var err error
		if options.Config, err = models.Load(f.kubeconfig, f.context); err != nil {
			return err
		}
		return models.Run(cmd.Context(), options)
	}}
}
