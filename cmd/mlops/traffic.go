//go:build !previews

package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/mlops-iac/mlops/internal/workbench/load"
	"github.com/mlops-iac/mlops/internal/workbench/local"
)

func newLoadCommand() *cobra.Command {
	f := &embeddedFlags{}
	var options local.LoadOptions
	command := f.add(&cobra.Command{
		Use:   "load TENANT --embedded",
		Short: "Ask a tenant of the embedded platform for predictions until its autoscaler acts",
		Long: `Ask a tenant of the embedded platform for predictions, at a rate that rises until
its autoscaler is at the maximum, and write every two seconds: requests a second,
errors, the time within which half of the answers and 99 % of them came, replicas
(ready/desired) and CPU (share of the request/target). Real nodes only.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			options.Tenant, options.Out = args[0], cmd.OutOrStdout()
			return local.Load(cmd.Context(), f.options.Folder, f.options.Checkout, options)
		},
	})
	command.Args = func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return errors.New("name one tenant, as in `mlops load tenant-a --embedded`")
		}
		return nil
	}
	command.Flags().Float64Var(&options.Rate, "rate", 0, "highest number of requests a second (default: no limit)")
	command.Flags().DurationVar(&options.Duration, "duration", load.DefaultDuration, "how long it takes")
	return command
}

func newRequestCommand() *cobra.Command {
	f := &embeddedFlags{}
	var from, to string
	command := f.add(&cobra.Command{
		Use:   "request --from TENANT --to TENANT --embedded",
		Short: "Have a pod of one tenant ask the service of another one, which no policy allows",
		Long: `Have a pod of one tenant ask the inference service of its own tenant and then that
of another one, and show what comes back. Fails when the other one answers. Real
nodes only.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return local.Request(cmd.Context(), f.options.Folder, from, to, cmd.OutOrStdout())
		},
	})
	command.Flags().StringVar(&from, "from", "tenant-a", "tenant in whose namespace the pod runs")
	command.Flags().StringVar(&to, "to", "tenant-b", "tenant whose service it asks")
	return command
}
