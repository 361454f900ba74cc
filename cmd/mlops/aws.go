package main

import (
	"github.com/spf13/cobra"

	"github.com/mlops-iac/mlops/internal/workbench/toolset"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws"
)

func newVerifyAWSCommand() *cobra.Command {
	var options verifyaws.Options
	command := &cobra.Command{
		Use:   "verify-aws",
		Short: "Have the real AWS provider validate and plan the AWS resources, without an account",
		Long: `Have the AWS provider of Terraform, which is the code inside pulumi-aws, validate
and plan every AWS resource of the stacks, without an account.

The resources are those of the embedded preview. What a resource takes from
another becomes a reference, what only AWS knows stays unknown. OpenTofu runs the
provider, with keys that open nothing. What the provider says is reported with
the Pulumi resource, its component and the property.

With --provider built, OpenTofu and version ` + toolset.BuiltAWSProvider + ` of the provider are built once from
their Go modules (docs/verify-aws.md says what that takes). With --provider registry,
OpenTofu downloads version ` + toolset.ReleasedAWSProvider + `, the one inside the SDK.

Exits with 1 when a resource cannot be translated, the provider refuses one, or
an exception is not needed any more.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			options.Out, options.Progress = cmd.OutOrStdout(), cmd.ErrOrStderr()
			return verifyaws.Run(cmd.Context(), options)
		},
	}
	flags := command.Flags()
	flags.StringSliceVarP(&options.Stacks, "stack", "s", nil, "stack to verify; may be repeated (default: all that are on AWS)")
	flags.StringVarP(&options.Folder, "directory", "C", ".", "folder inside the checkout")
	flags.StringVar(&options.Provider, "provider", verifyaws.ProviderBuilt, "where the AWS provider comes from: built or registry")
	flags.BoolVar(&options.SkipBuild, "skip-build", false, "do not build the tools: when they are not there, say so and end well")
	flags.StringVar(&options.Keep, "keep", "", "keep the Terraform configuration and the plans in this folder")
	return command
}
