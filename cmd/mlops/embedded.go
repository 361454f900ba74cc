//go:build !previews

package main

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/mlops-iac/mlops/internal/workbench/local"
)

// prepareEmbedded makes what "up --embedded" needs.
func prepareEmbedded(ctx context.Context, checkout, nodes string, out io.Writer) error {
	return local.PrepareTools(ctx, checkout, local.NodeKind(nodes), out)
}

// embeddedCommands run a stack or a server of it on this machine.
func embeddedCommands() []*cobra.Command {
	return []*cobra.Command{newUpCommand(), newStatusCommand(), newDownCommand(), newLoadCommand(), newRequestCommand(), newModelsCommand(), newDashboardsCommand(),
		newSuperviseCommand(), newSandboxCommand(), newInsideCommand(),
		newImagesCommand(), newCheckServiceCommand()}
}

// keep is how long an embedded platform stays when nobody ends it: long enough
// to look around, short enough not to be forgotten for days.
const keep = 2 * time.Hour

var errNotEmbedded = errors.New("only the embedded platform is deployed by this command: add --embedded, " +
	"or use `pulumi up --stack STACK` for a cluster or an account of your own")

// embeddedFlags are what up, down and status have in common.
type embeddedFlags struct {
	options  local.Options
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
		Short: "Deploy a stack onto a real Kubernetes control plane on this machine, without Docker",
		Long: `Deploy a stack onto a real Kubernetes control plane on this machine.

etcd, kube-apiserver, kube-controller-manager and kube-scheduler are built once from
their Go modules and run as processes. Nodes are real where they can be: on Linux,
for root, with containerd, runc, CNI plugins, iptables, ipset and conntrack from the
distribution. Two kubelets then run every pod in containers, in namespaces of their
own: the machine's network, mounts and rules stay as they are. Elsewhere kwok
simulates the nodes and no container runs; --nodes chooses.

The real Pulumi engine deploys the stack. When the tenants run, the command ends
and leaves the control plane behind for kubectl, until "mlops down --embedded" or
until --keep is over. Interrupted before that, it leaves nothing.

Run again, it brings the running platform up to date.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.options.Supervisor = f.supervisor
			return local.Up(cmd.Context(), f.options)
		},
	})
	command.Flags().DurationVar(&f.options.Keep, "keep", keep, "end by itself after this time")
	command.Flags().StringVar((*string)(&f.options.Nodes), "nodes", string(local.NodesAuto),
		"what runs the pods: real, simulated, or auto, which is real where that is possible")
	command.Flags().BoolVar(&f.options.Refresh, "refresh", false, "look at every object first and undo what others have changed")
	return command
}

// supervisor is this program, run as the supervisor of a folder.
func (f *embeddedFlags) supervisor(folder string, nodes local.NodeKind, archives []string) ([]string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	command := []string{
		self, superviseCommand, "--folder", folder, "--directory", f.options.Checkout, "--keep", f.options.Keep.String(), "--nodes", string(nodes),
	}
	for _, archive := range archives {
		command = append(command, "--image", archive)
	}
	return command, nil
}

func newDownCommand() *cobra.Command {
	f := &embeddedFlags{}
	command := f.add(&cobra.Command{
		Use:   "down --embedded",
		Short: "Remove everything that \"up --embedded\" left behind",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return local.Down(cmd.Context(), f.options)
		},
	})
	command.Flags().BoolVar(&f.options.Destroy, "destroy", false, "have the engine remove the stack first, object by object")
	return command
}

func newStatusCommand() *cobra.Command {
	f := &embeddedFlags{}
	return f.add(&cobra.Command{
		Use:   "status --embedded",
		Short: "Show the tenants of the embedded platform: pods, autoscaler, quota, isolation",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return local.Status(cmd.Context(), f.options.Folder, cmd.OutOrStdout())
		},
	})
}
