package main

import (
	"github.com/spf13/cobra"

	"github.com/mlops-iac/mlops/internal/awsplan"
	"github.com/mlops-iac/mlops/internal/embedded"
	"github.com/mlops-iac/mlops/internal/preview"
)

func newCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "mlops",
		Short:         "Preview the MLOps platform, and run its Kubernetes part, without an account",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(newPreviewCommand(), newVerifyAWSCommand(), newScanCommand(), newUpCommand(), newStatusCommand(), newDownCommand(), newToolsCommand(), newSuperviseCommand())
	return root
}

func newPreviewCommand() *cobra.Command {
	var options preview.Options
	command := &cobra.Command{
		Use:   "preview",
		Short: "Plan a stack with the real Pulumi engine and stand-in clouds",
		Long: `Plan a stack with the real Pulumi engine.

The Pulumi CLI is the one on PATH when it is new enough, else it is built once
from its Go module. The EKS component provider is the real one from npm. The
aws and kubernetes providers are stand-ins that plan what the program registers,
unless their real plugins are installed. No account, cluster or state is
touched, and no file of the checkout is changed.

The report ends with what the stack is estimated to cost a month (docs/cost.md).

Exits with 1 when the stack file or a tenant file has a fault, when the plan has
an error, or when a guard rule is broken.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			options.Out, options.Progress = cmd.OutOrStdout(), cmd.ErrOrStderr()
			return preview.Run(cmd.Context(), options)
		},
	}
	flags := command.Flags()
	flags.StringVarP(&options.Stack, "stack", "s", "dev", "stack to plan, the NAME in Pulumi.NAME.yaml")
	flags.StringVar(&options.Against, "against", "", "also plan this stack and show what differs from it")
	flags.StringVarP(&options.Folder, "directory", "C", ".", "folder inside the checkout")
	flags.StringVar(&options.JSON, "json", "", "also write the plan as JSON to this file")
	flags.StringVar(&options.CostJSON, "cost-json", "", "also write the estimated cost as JSON to this file")
	return command
}

func newToolsCommand() *cobra.Command {
	var folder string
	var controlPlane, aws bool
	command := &cobra.Command{
		Use:   "tools",
		Short: "Build and install what the preview needs, without planning anything",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			prepare := preview.PrepareTools
			switch {
			case controlPlane:
				prepare = embedded.PrepareTools
			case aws:
				prepare = awsplan.PrepareTools
			}
			return prepare(cmd.Context(), folder, cmd.ErrOrStderr())
		},
	}
	flags := command.Flags()
	flags.StringVarP(&folder, "directory", "C", ".", "folder inside the checkout")
	flags.BoolVar(&controlPlane, "embedded", false, "what \"up --embedded\" needs instead")
	flags.BoolVar(&aws, "aws", false, "what \"verify-aws\" needs instead")
	command.MarkFlagsMutuallyExclusive("embedded", "aws")
	return command
}
