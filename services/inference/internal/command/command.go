// Package command is the command line of the inference service.
package command

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// version is set by the build of the image: -ldflags "-X .../command.version=1.2.3".
var version string

// Version is that of the build, or "dev".
func Version() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "dev"
}

// Run runs the command line and returns its exit status.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := &cobra.Command{
		Use:           "inference",
		Short:         "Train models of texts or of measurements, and answer requests with them",
		SilenceErrors: true, SilenceUsage: true,
		Args: cobra.NoArgs,
	}
	root.AddCommand(newServe(), newTrain(), newModels(), newVersion())
	root.SetArgs(withDefault(args))
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(stderr, "inference:", err)
		writeTermination(err)
		return 1
	}
	return 0
}

// withDefault makes serve the command when none is named.
func withDefault(args []string) []string {
	help := slices.ContainsFunc(args, func(arg string) bool { return arg == "-h" || arg == "--help" })
	if len(args) == 0 || strings.HasPrefix(args[0], "-") && !help {
		return append([]string{"serve"}, args...)
	}
	return args
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Show the version",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			fmt.Fprintln(cmd.OutOrStdout(), Version())
			return nil
		},
	}
}
