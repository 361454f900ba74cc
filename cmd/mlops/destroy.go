package main

import (
	"github.com/spf13/cobra"

	"github.com/mlops-iac/mlops/internal/workbench/teardown"
)

func newDestroyCommand() *cobra.Command {
	var options teardown.Options
	command := &cobra.Command{
		Use:   "destroy",
		Short: "Take a deployed stack down, and say what stays and how it ends",
		Long: `Take down a stack that was deployed with "pulumi up", in the Pulumi backend and
with the credentials of this shell.

It asks once. Then it switches the deletion protection of the database off, removes
Pulumi's protection from every resource, destroys the stack and lists what is kept,
each with the command that ends it. The stack file stays as it is.

What is kept is said in the stack file and deployed before: retainOnDelete,
metadataStore.skipFinalSnapshot, objectStore.forceDestroy, registry.forceDelete.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			options.In, options.Out, options.Progress = cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr()
			return teardown.Run(cmd.Context(), options)
		},
	}
	flags := command.Flags()
	flags.StringVarP(&options.Stack, "stack", "s", "", "stack to destroy, the NAME in Pulumi.NAME.yaml (required)")
	flags.BoolVarP(&options.Yes, "yes", "y", false, "do not ask, for scripts")
	flags.StringVarP(&options.Folder, "directory", "C", ".", "folder inside the checkout")
	_ = command.MarkFlagRequired("stack") // the flag is defined above
	return command
}
