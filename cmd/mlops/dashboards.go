//go:build !previews

package main

import (
	"github.com/spf13/cobra"

	"github.com/mlops-iac/mlops/internal/workbench/local"
)

func newDashboardsCommand() *cobra.Command {
	f := &embeddedFlags{}
	var listen string
	command := f.add(&cobra.Command{
		Use:   "dashboards --embedded",
		Short: "Serve the dashboards of the embedded platform as a web page with live data",
		Long: `Serve the dashboards of the embedded platform as a web page, until Ctrl-C. They are
those that go to Grafana; their queries are answered by the platform's Prometheus,
and the page draws itself anew every ten seconds. Real nodes only.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return local.Dashboards(cmd.Context(), f.options.Folder, listen, cmd.OutOrStdout())
		},
	})
	command.Flags().StringVar(&listen, "listen", "127.0.0.1:3000", "address of the page; whoever reaches it sees it")
	return command
}
