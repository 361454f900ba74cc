package stock

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/mlops-iac/mlops/components/addons/fluentbit"
	"github.com/mlops-iac/mlops/internal/workbench/images"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// registryLimit is how long a registry may take to say that it has an image.
const registryLimit = 5 * time.Second

// logs is Fluent Bit from its registry. It is a program in C that comes in no other
// way; where the registry cannot be reached, idle takes its place, and the caller is
// told. It returns the archive and whether Fluent Bit was found.
func logs(ctx context.Context, set *toolset.Set) (archive string, found bool, err error) {
	reference, err := name.ParseReference(fluentbit.UpstreamImage)
	if err != nil {
		return "", false, err
	}
	// containerd's name of Docker's registry is not the library's.
	full := strings.Replace(reference.Name(), "index.docker.io/", "docker.io/", 1)
	pulled := entry{names: []string{full}, key: "pulled " + reference.Name(), label: "Fluent Bit, from its registry"}
	archives, err := pulled.archives(ctx, set, func(ctx context.Context, _ string) (v1.Image, error) { return pull(ctx, reference) })
	if err == nil {
		return archives[0], true, nil
	}
	if ctx.Err() != nil {
		return "", false, ctx.Err()
	}
	instead := entry{names: pulled.names, key: "idle " + full, label: "a program in the place of Fluent Bit"}
	archives, err = instead.archives(ctx, set, func(ctx context.Context, folder string) (v1.Image, error) {
		path := filepath.Join(folder, "idle")
		err := images.Compile(ctx, images.Program{
			Folder: filepath.Join(set.Root, "internal", "workbench"), Package: "./nodes/idle", Platform: images.Native(), Output: path,
		})
		if err != nil {
			return nil, err
		}
		return images.Build(images.Native(), program(path, "/fluent-bit/bin/fluent-bit"))
	})
	if err != nil {
		return "", false, err
	}
	return archives[0], false, nil
}

// pull fetches the image of this machine's architecture. Only finding it is bounded in
// time: its layers may be large.
func pull(ctx context.Context, reference name.Reference) (v1.Image, error) {
	asked, cancel := context.WithTimeout(ctx, registryLimit)
	defer cancel()
	if _, err := remote.Head(reference, remote.WithContext(asked), remote.WithPlatform(images.Native())); err != nil {
		return nil, fmt.Errorf("asking for %s: %w", reference, err)
	}
	return remote.Image(reference, remote.WithContext(ctx), remote.WithPlatform(images.Native()))
}

// exists says whether there is a file.
func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
