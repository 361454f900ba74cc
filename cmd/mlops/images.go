//go:build !previews

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/mlops-iac/mlops/internal/workbench/images"
	"github.com/mlops-iac/mlops/internal/workbench/local"
	"github.com/mlops-iac/mlops/internal/workbench/progress"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// imageFlags are what build, load and push have in common.
type imageFlags struct {
	checkout, platforms, base string
}

func newImagesCommand() *cobra.Command {
	f := &imageFlags{}
	command := &cobra.Command{
		Use:   "images",
		Short: "Build the image of the inference service, and put it where it is needed; no Docker",
		Long: `Build the image of the inference service from this checkout, without Docker.

REFERENCE is the name of the image; its tag is the version that the service tells.
The base is empty but for certificates, or the one named with --base. The same
checkout and the same Go give the same digest on every machine. A list of parts
(SPDX) of each platform is written beside the image.`,
	}
	flags := command.PersistentFlags()
	flags.StringVarP(&f.checkout, "directory", "C", ".", "folder inside the checkout")
	flags.StringVar(&f.base, "base", "", "image to build on, by digest, in a registry; \"static\" is "+images.StaticBase)
	command.AddCommand(f.newBuild(), f.newLoad(), f.newPush())
	return command
}

// build makes the image of a reference and hands it to use.
func (f *imageFlags) build(cmd *cobra.Command, args []string, use func(context.Context, *images.Built) error) (err error) {
	p := progress.New(cmd.ErrOrStderr())
	set, err := toolset.New(f.checkout, p.Stage)
	if err != nil {
		return err
	}
	options := images.InferenceOptions{Checkout: set.Root, Reference: images.DefaultReference, Base: f.base}
	if len(args) > 0 {
		options.Reference = args[0]
	}
	if f.base == "static" {
		options.Base = images.StaticBase
	}
	if options.Platforms, err = images.ParsePlatforms(f.platforms); err != nil {
		return err
	}
	p.Stage("Building %s for %s", options.Reference, f.platforms)
	built, err := images.Inference(cmd.Context(), options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, built.Close()) }()
	return use(cmd.Context(), built)
}

const everyPlatform = "linux/amd64,linux/arm64"

func (f *imageFlags) addPlatforms(command *cobra.Command) *cobra.Command {
	command.Flags().StringVar(&f.platforms, "platforms", everyPlatform, "platforms to build for, separated by commas")
	return command
}

func (f *imageFlags) newBuild() *cobra.Command {
	var folder string
	command := f.addPlatforms(&cobra.Command{
		Use:   "build [REFERENCE]",
		Short: "Build the image into a folder and print its digest",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.build(cmd, args, func(_ context.Context, built *images.Built) error {
				if folder != "" {
					if err := built.WriteLayout(folder); err != nil {
						return err
					}
				}
				digest, err := built.Digest()
				if err == nil {
					fmt.Fprintln(cmd.OutOrStdout(), digest)
				}
				return err
			})
		},
	})
	command.Flags().StringVarP(&folder, "output", "o", "", "folder for the OCI layout and the lists of parts (default: none, only the digest)")
	return command
}

func (f *imageFlags) newLoad() *cobra.Command {
	var cluster, folder string
	var embedded bool
	command := &cobra.Command{
		Use:   "load [REFERENCE]",
		Short: "Build the image and put it on the nodes of a kind cluster or of the embedded platform",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.platforms = images.Native().String()
			return f.build(cmd, args, func(ctx context.Context, built *images.Built) error {
				if embedded {
					return local.LoadImage(ctx, folder, built)
				}
				return built.LoadIntoKind(ctx, cluster)
			})
		},
	}
	flags := command.Flags()
	flags.StringVar(&cluster, "kind", "mlops", "name of the kind cluster; needs the command kind")
	flags.BoolVar(&embedded, "embedded", false, "the platform that \"up --embedded\" left behind with real nodes, not kind")
	flags.StringVar(&folder, "folder", "", "folder of the embedded platform (default: in the cache folder)")
	command.MarkFlagsMutuallyExclusive("kind", "embedded")
	return command
}

func (f *imageFlags) newPush() *cobra.Command {
	var tags []string
	command := f.addPlatforms(&cobra.Command{
		Use:   "push REFERENCE",
		Short: "Build the image, push it with its lists of parts, and print it by digest",
		Long: `Build the image, push it to the registry of its name, attach the list of parts of
each platform, and print the reference by digest. Credentials are those of the
Docker configuration and its helpers, as "aws ecr get-login-password" and
"docker login" leave them.

A registry keeps only the newest images. Those of a release stay when they carry a
tag with the protected prefix of the stack file besides: --tag release-1.2.3.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.build(cmd, args, func(ctx context.Context, built *images.Built) error {
				pushed, err := built.Push(ctx, tags...)
				if err == nil {
					fmt.Fprintln(cmd.OutOrStdout(), pushed)
				}
				return err
			})
		},
	})
	command.Flags().StringSliceVar(&tags, "tag", nil, "further tags of the same image in its repository")
	return command
}
