package images

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// LoadIntoKind puts the image on every node of a kind cluster. It needs the command
// kind; nodes have the architecture of this machine.
func (b *Built) LoadIntoKind(ctx context.Context, cluster string) error {
	if _, err := exec.LookPath("kind"); err != nil {
		return errors.New("kind is missing; install 0.31 or newer: https://kind.sigs.k8s.io/docs/user/quick-start")
	}
	return b.withArchive(Native(), func(file string) error {
		return runTool(ctx, "kind", "load", "image-archive", file, "--name", cluster)
	})
}

// LoadIntoContainerd puts the image into the containerd that listens on a socket,
// where the kubelet finds it. It needs ctr, which comes with containerd.
func (b *Built) LoadIntoContainerd(ctx context.Context, socket string) error {
	return b.withArchive(Native(), func(file string) error { return ImportArchive(ctx, socket, file) })
}

// ImportArchive puts what an archive holds into the containerd behind a socket.
func ImportArchive(ctx context.Context, socket, file string) error {
	return runTool(ctx, "ctr", "--address", socket, "--namespace", "k8s.io", "images", "import", file)
}

func (b *Built) withArchive(platform v1.Platform, use func(file string) error) error {
	path := filepath.Join(b.folder, "image.tar")
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := errors.Join(b.WriteArchive(file, platform), file.Close()); err != nil {
		return err
	}
	return use(path)
}

func runTool(ctx context.Context, command string, args ...string) error {
	output, err := exec.CommandContext(ctx, command, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", command, strings.Join(args, " "), errors.Join(ctx.Err(), err), strings.TrimSpace(string(output)))
	}
	return nil
}
