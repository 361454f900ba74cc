//go:build !previews

package main

import (
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/mlops-iac/mlops/internal/workbench/local"
	"github.com/mlops-iac/mlops/internal/workbench/nodes"
)

// Commands that others start and nobody types.
const (
	superviseCommand = "supervise"
	sandboxCommand   = "sandbox"
	insideCommand    = "inside"
)

// superviseFlags are what supervise hands on to inside.
type superviseFlags struct {
	folder, checkout string
	archives         []string
}

func (f *superviseFlags) add(command *cobra.Command) *cobra.Command {
	flags := command.Flags()
	flags.StringVar(&f.folder, "folder", "", "folder of the embedded platform")
	flags.StringVarP(&f.checkout, "directory", "C", ".", "folder inside the checkout")
	flags.StringArrayVar(&f.archives, "image", nil, "archive of an image for every node")
	command.Hidden, command.Args = true, cobra.NoArgs
	return command
}

// newSuperviseCommand is what up leaves behind.
func newSuperviseCommand() *cobra.Command {
	f := &superviseFlags{}
	var keep time.Duration
	var kind string
	command := f.add(&cobra.Command{
		Use: superviseCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if f.checkout, err = filepath.Abs(f.checkout); err != nil {
				return err // inside, the current folder is another one
			}
			var containers *local.RealOptions
			if local.NodeKind(kind) == local.NodesReal {
				containers = &local.RealOptions{Init: []string{sandboxCommand, "--"}, Inside: f.inside}
			}
			return local.Supervise(cmd.Context(), f.folder, f.checkout, keep, containers)
		},
	})
	command.Flags().DurationVar(&keep, "keep", keep, "end by itself after this time")
	command.Flags().StringVar(&kind, "nodes", string(local.NodesSimulated), "what runs the pods")
	return command
}

// inside are the arguments of this program inside of a sandbox.
func (f *superviseFlags) inside(port int) []string {
	args := []string{insideCommand, "--folder", f.folder, "--directory", f.checkout, "--port", strconv.Itoa(port)}
	for _, archive := range f.archives {
		args = append(args, "--image", archive)
	}
	return args
}

// newSandboxCommand is the first process of a sandbox.
func newSandboxCommand() *cobra.Command {
	return &cobra.Command{
		Use:    sandboxCommand,
		Hidden: true,
		RunE:   func(_ *cobra.Command, args []string) error { return nodes.Init(args) },
	}
}

// newInsideCommand runs control plane and nodes inside of a sandbox.
func newInsideCommand() *cobra.Command {
	f := &superviseFlags{}
	var port int
	command := f.add(&cobra.Command{
		Use: insideCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return local.Inside(cmd.Context(), f.folder, f.checkout, port, f.archives)
		},
	})
	command.Flags().IntVar(&port, "port", 0, "port of the API server")
	return command
}
