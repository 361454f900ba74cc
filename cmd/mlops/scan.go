package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/mlops-iac/mlops/internal/scan/stacks"
)

var errNotKubernetesOnly = errors.New("only the Kubernetes part of a stack is scanned by this command: add --kubernetes-only")

func newScanCommand() *cobra.Command {
	var options stacks.Options
	var kubernetesOnly bool
	command := &cobra.Command{
		Use:   "scan --kubernetes-only",
		Short: "Look for security faults in what stacks would be, with trivy and KICS",
		Long: `Look for security faults in what stacks would be, with trivy and KICS.

The stacks are planned like "mlops preview" does it, their Kubernetes objects are
written as manifests to a temporary folder, and both scanners read them, offline.
They are built once from their Go modules.

Exits with 1 when a finding is high or critical and policy/scan-exemptions.yaml
has no reason for it, and when an exemption is not needed any more
(docs/scanning.md).`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !kubernetesOnly {
				return errNotKubernetesOnly
			}
			options.Out, options.Progress = cmd.OutOrStdout(), cmd.ErrOrStderr()
			return stacks.Run(cmd.Context(), options)
		},
	}
	flags := command.Flags()
	flags.StringSliceVarP(&options.Stacks, "stack", "s", nil, "stack to scan, the NAME in Pulumi.NAME.yaml; may be given again (default: all)")
	flags.BoolVar(&kubernetesOnly, "kubernetes-only", false, "scan the Kubernetes objects alone (required)")
	flags.StringVarP(&options.Folder, "directory", "C", ".", "folder inside the checkout")
	return command
}
