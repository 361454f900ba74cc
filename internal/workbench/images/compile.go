package images

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Program is a Go program to build for an image.
type Program struct {
	// Folder of the module, and Package below it. Required.
	Folder, Package string
	// Platform it is for, and Output its file. Required.
	Platform v1.Platform
	Output   string
	// Variables are set by the linker.
	Variables map[string]string
}

// Compile builds a static program that knows no path of this machine.
func Compile(ctx context.Context, p Program) error {
	flags := "-s -w -buildid="
	for _, name := range slices.Sorted(maps.Keys(p.Variables)) {
		flags += " -X " + name + "=" + p.Variables[name]
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-mod=readonly", "-ldflags", flags, "-o", p.Output, p.Package)
	cmd.Dir = p.Folder
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "GOEXPERIMENT=", "CGO_ENABLED=0", "GOAMD64=v1", "GOARM64=v8.0",
		"GOOS="+p.Platform.OS, "GOARCH="+p.Platform.Architecture)
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", errors.Join(ctx.Err(), err), strings.TrimSpace(string(output)))
	}
	return nil
}
