package main

import (
	"errors"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/mlops-iac/mlops/internal/embedded"
)

// keep is how long an embedded platform stays when nobody ends it: long enough
// to look around, short enough not to be forgotten for days.
const keep = 2 * time.Hour

var errNotEmbedded = errors.New("only the embedded platform is deployed by this command: add --embedded, " +
	"or use `pulumi up --stack STACK` for a cluster or an account of your own")

// embeddedFlags are what up, down and status have in common.
type embeddedFlags struct {
	options  embedded.Options
	embedded bool
}

func (f *embeddedFlags) add(command *cobra.Command) *cobra.Command {
	flags := command.Flags()
	flags.BoolVar(&f.embedded, "embedded", false, "use the control plane that this command runs itself (required)")
	flags.StringVar(&f.options.Folder, "folder", "", "folder of the embedded platform (default: in the cache folder)")
	flags.StringVarP(&f.options.Stack, "stack", "s", "local", "stack to deploy, the NAME in Pulumi.NAME.yaml")
	flags.StringVarP(&f.options.Checkout, "directory", "C", ".", "folder inside the checkout")
	run := command.RunE
	command.Args = cobra.NoArgs
	command.RunE = func(cmd *cobra.Command, args []string) error {
		if !f.embedded {
			return errNotEmbedded
		}
		f.options.Out, f.options.Progress = cmd.OutOrStdout(), cmd.ErrOrStderr()
		return run(cmd, args)
	}
	return command
}

func newUpCommand() *cobra.Command {
	f := &embeddedFlags{}
	command := f.add(&cobra.Command{
		Use:   "up --embedded",
		Short: "Deploy a stack onto a real Kubernetes control plane on this machine, without containers",
		Long: `Deploy a stack onto a real Kubernetes control plane on this machine.

etcd, kube-apiserver, kube-controller-manager and kube-scheduler run as processes
on loopback; kwok simulates the nodes. All are built once from their Go modules.
The real Pulumi engine deploys the stack. When the tenants run, the command ends
and leaves the control plane behind for kubectl, until "mlops down --embedded" or
until --keep is over. Interrupted before that, it leaves nothing.

Run again, it brings the running platform up to date.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.options.Supervisor = f.supervisor
			return embedded.Up(cmd.Context(), f.options)
		},
	})
	command.Flags().DurationVar(&f.options.Keep, "keep", keep, "end by itself after this time")
	return command
}

// supervisor is this program, run as the supervisor of a folder.
func (f *embeddedFlags) supervisor(folder string) ([]string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return []string{self, superviseCommand, "--folder", folder, "--directory", f.options.Checkout, "--keep", f.options.Keep.String()}, nil
}

func newDownCommand() *cobra.Command {
	f := &embeddedFlags{}
	return f.add(&cobra.Command{
		Use:   "down --embedded",
		Short: "Remove the stack and the control plane that \"up --embedded\" left behind",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return embedded.Down(cmd.Context(), f.options)
		},
	})
}

func newStatusCommand() *cobra.Command {
	f := &embeddedFlags{}
	return f.add(&cobra.Command{
		Use:   "status --embedded",
		Short: "Show the tenants of the embedded platform: pods, autoscaler, quota, isolation",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return embedded.Status(cmd.Context(), f.options.Folder, cmd.OutOrStdout())
		},
	})
}

const superviseCommand = "supervise"

// newSuperviseCommand is what up leaves behind; nobody else calls it.
func newSuperviseCommand() *cobra.Command {
	var folder, checkout string
	var keep time.Duration
	command := &cobra.Command{
		Use:    superviseCommand,
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return embedded.Supervise(cmd.Context(), folder, checkout, keep)
		},
	}
	flags := command.Flags()
	flags.StringVar(&folder, "folder", "", "folder of the embedded platform")
	flags.StringVarP(&checkout, "directory", "C", ".", "folder inside the checkout")
	flags.DurationVar(&keep, "keep", keep, "end by itself after this time")
	return command
}
