package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/workbench/preview"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws"
)

func newCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "mlops",
		Short:         "Preview the MLOps platform, and run its Kubernetes part, without an account",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(newPreviewCommand(), newDestroyCommand(), newVerifyAWSCommand(), newScanCommand(), newToolsCommand())
	root.AddCommand(embeddedCommands()...)
	return root
}

func newPreviewCommand() *cobra.Command {
	var options preview.Options
	command := &cobra.Command{
		Use:   "preview",
		Short: "Plan a stack with the real Pulumi engine and fake clouds",
		Long: `Plan a stack with the real Pulumi engine.

The Pulumi CLI is the one on PATH when it is new enough, else the pinned release,
or built once from its Go module where Pulumi's host does not answer. The EKS
component provider is the real one from npm. The aws and kubernetes providers are
fakes that plan what the program registers,
unless their real plugins are installed. No account, cluster or state is
touched, and no file of the checkout is changed.

The report ends with what the stack is estimated to cost a month (docs/cost.md).

Exits with 1 when the stack file or a tenant file has an error, when the plan has
an error, or when a guard rule is broken.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			options.Out, options.Progress = cmd.OutOrStdout(), cmd.ErrOrStderr()
			options.AllowChange = os.Getenv(settings.AllowVariable)
			return preview.Run(cmd.Context(), options)
		},
	}
	flags := command.Flags()
	flags.StringVarP(&options.Stack, "stack", "s", "dev", "stack to plan, the NAME in Pulumi.NAME.yaml")
	flags.StringVar(&options.Against, "against", "", "also plan this stack and show what differs from it")
	flags.StringVar(&options.Was, "was", "", "earlier version of the stack file: also show what the edits since do, and what an update refuses of them")
	command.MarkFlagsMutuallyExclusive("against", "was")
	flags.StringVarP(&options.Folder, "directory", "C", ".", "folder inside the checkout")
	flags.StringVar(&options.JSON, "json", "", "also write the plan as JSON to this file")
	flags.StringVar(&options.CostJSON, "cost-json", "", "also write the estimated cost as JSON to this file")
	return command
}

func newToolsCommand() *cobra.Command {
	var folder, nodes string
	var aws, embedded bool
	command := &cobra.Command{
		Use:   "tools",
		Short: "Build and install what the preview needs, without planning anything",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			prepare := preview.PrepareTools
			switch {
			case aws:
				prepare = verifyaws.PrepareTools
			case embedded:
				return prepareEmbedded(cmd.Context(), folder, nodes, cmd.ErrOrStderr())
			}
			return prepare(cmd.Context(), folder, cmd.ErrOrStderr())
		},
	}
	flags := command.Flags()
	flags.StringVarP(&folder, "directory", "C", ".", "folder inside the checkout")
	flags.BoolVar(&embedded, "embedded", false, "what \"up --embedded\" needs instead")
	flags.StringVar(&nodes, "nodes", "auto", "with --embedded, what runs the pods: real, simulated or auto")
	flags.BoolVar(&aws, "aws", false, "what \"verify-aws\" needs instead")
	command.MarkFlagsMutuallyExclusive("embedded", "aws")
	return command
}
