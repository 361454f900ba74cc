//go:build previews

package main

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"
)

// With the build tag previews, the command only plans. The clients of Kubernetes, a
// quarter of what else would be compiled before the first preview, are left out.

func prepareEmbedded(context.Context, string, string, io.Writer) error {
	return errors.New("built with the tag previews, this command runs no platform")
}

func embeddedCommands() []*cobra.Command { return nil }
