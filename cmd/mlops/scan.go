package main

import (
	"github.com/spf13/cobra"

	"github.com/mlops-iac/mlops/internal/workbench/scan/stacks"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws"
)

func newScanCommand() *cobra.Command {
	var options stacks.Options
	command := &cobra.Command{
		Use:   "scan",
		Short: "Look for insecure settings in what stacks would be, with trivy and KICS",
		Long: `Look for insecure settings in what stacks would be, with trivy and KICS.

The AWS part is what "mlops verify-aws" writes and plans, the Kubernetes objects are
those of "mlops preview", as manifests. Both scanners read them in a temporary
folder, offline. They are built once from their Go modules.

Exits with 1 when a finding is high or critical and policy/scan-exemptions.yaml
has no reason for it, and when an exemption is not needed any more
(docs/scanning.md).`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			options.Out, options.Progress = cmd.OutOrStdout(), cmd.ErrOrStderr()
			return stacks.Run(cmd.Context(), options)
		},
	}
	flags := command.Flags()
	flags.StringSliceVarP(&options.Stacks, "stack", "s", nil, "stack to scan, the NAME in Pulumi.NAME.yaml; may be given again (default: all)")
	flags.BoolVar(&options.KubernetesOnly, "kubernetes-only", false, "leave the AWS part out, which needs OpenTofu and the AWS provider")
	flags.StringVar(&options.Provider, "provider", verifyaws.ProviderBuilt, "where the AWS provider comes from: built or registry")
	flags.BoolVar(&options.SkipBuild, "skip-build", false, "leave out, and say so, what needs tools that are not built yet")
	flags.StringVarP(&options.Folder, "directory", "C", ".", "folder inside the checkout")
	return command
}
