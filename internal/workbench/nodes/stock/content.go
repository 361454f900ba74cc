package stock

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mlops-iac/mlops/components/minio"
	"github.com/mlops-iac/mlops/components/postgresql"
	"github.com/mlops-iac/mlops/internal/workbench/images"
	"github.com/mlops-iac/mlops/internal/workbench/images/debian"
	"github.com/mlops-iac/mlops/internal/workbench/nodes"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// program is an image of one static program and nothing else.
func program(path, inside string) images.Content {
	return images.Content{
		Layers:     [][]images.File{images.Minimal(), {{Path: inside, Mode: 0o755, Source: path}}},
		Entrypoint: []string{inside}, User: fmt.Sprintf("%[1]d:%[1]d", images.UserID),
	}
}

func pause(set *toolset.Set) entry {
	source := filepath.Join(set.Root, "internal", "workbench")
	return entry{
		names: []string{nodes.PauseReference()}, key: "pause", label: "pause",
		make: func(ctx context.Context, folder string) (images.Content, error) {
			path := filepath.Join(folder, "pause")
			err := images.Compile(ctx, images.Program{Folder: source, Package: "./nodes/pause", Platform: images.Native(), Output: path})
			return program(path, "/pause"), err
		},
	}
}

// request is what a pod of a tenant sends a request with.
func request(set *toolset.Set) entry {
	source := filepath.Join(set.Root, "internal", "workbench")
	return entry{
		names: []string{nodes.RequestReference()}, key: "request 2", label: "a program that sends a request",
		make: func(ctx context.Context, folder string) (images.Content, error) {
			path := filepath.Join(folder, "request")
			err := images.Compile(ctx, images.Program{Folder: source, Package: "./nodes/request", Platform: images.Native(), Output: path})
			return program(path, "/request"), err
		},
	}
}

func dns(programs toolset.Nodes) entry {
	return entry{
		names: []string{nodes.DNSReference()}, key: programs.CoreDNS, label: "CoreDNS " + programs.CoreDNSVersion,
		make: func(context.Context, string) (images.Content, error) {
			return program(programs.CoreDNS, "/coredns"), nil
		},
	}
}

func objectStore(programs toolset.Nodes) entry {
	return entry{
		names: []string{withoutTag(minio.DefaultImage)}, key: programs.MinIO, label: "MinIO",
		make: func(context.Context, string) (images.Content, error) {
			return program(programs.MinIO, "/usr/bin/minio"), nil
		},
	}
}

// objectClient has a shell: the scripts that make buckets and accounts run in it.
func objectClient(programs toolset.Nodes) entry {
	return entry{
		names: []string{withoutTag(minio.DefaultClientImage)}, key: programs.MinIOClient + release(), label: "MinIO's client",
		make: func(ctx context.Context, folder string) (images.Content, error) {
			content := program(programs.MinIOClient, "/usr/bin/mc")
			shell, err := shell(ctx, folder)
			content.Layers = slices.Insert(content.Layers, 1, shell)
			return content, err
		},
	}
}

// shell is busybox in the place of every command that it has.
func shell(ctx context.Context, folder string) ([]images.File, error) {
	if err := debian.Fetch(ctx, folder, []string{"busybox-static"}, nil); err != nil {
		return nil, err
	}
	return busybox(ctx, debian.Root(folder))
}

func busybox(ctx context.Context, root string) ([]images.File, error) {
	files, err := debian.Files(root, []string{"bin/busybox"}, nil)
	if err != nil {
		if files, err = debian.Files(root, []string{"usr/bin/busybox"}, nil); err != nil {
			return nil, err
		}
	}
	commands, err := exec.CommandContext(ctx, files[0].Source, "--list").Output()
	if err != nil {
		return nil, fmt.Errorf("asking busybox for its commands: %w", err)
	}
	files[0].Path = "/bin/busybox"
	for _, name := range strings.Fields(string(commands)) {
		if name != "busybox" {
			files = append(files, images.File{Path: "/bin/" + name, Link: "busybox"})
		}
	}
	return files, nil
}

// database is Debian's PostgreSQL under the name of every version that a stack may
// ask for: there is one at hand.
func database() entry {
	return entry{
		names: slices.Sorted(maps.Values(postgresql.Images())), key: "postgresql" + release(),
		label: "PostgreSQL from Debian's packages", takes: ", once; it takes about half a minute",
		make: func(ctx context.Context, folder string) (images.Content, error) {
			// Compiling queries, Perl and what installs packages is left out.
			err := debian.Fetch(ctx, folder, []string{"postgresql", "busybox-static"},
				[]string{"libllvm", "libz3", "perl", "libperl", "locales", "libc-l10n", "adduser", "debconf", "dpkg", "passwd", "ucf", "usrmerge"})
			if err != nil {
				return images.Content{}, err
			}
			return databaseContent(ctx, debian.Root(folder))
		},
	}
}

// databaseUser is "postgres" of the official image: the server refuses a user without
// a name.
const databaseUser = 999

func databaseContent(ctx context.Context, root string) (images.Content, error) {
	bin, err := filepath.Glob(filepath.Join(root, "usr/lib/postgresql/*/bin"))
	if err != nil || len(bin) != 1 {
		return images.Content{}, fmt.Errorf("looking for one version of PostgreSQL, found %v: %w", bin, err)
	}
	server, err := debian.Files(root, []string{
		"usr/lib/postgresql", "usr/share/postgresql", "usr/share/zoneinfo", "usr/lib/locale/C.utf8",
	}, []string{"/bitcode/", "llvmjit", "/zoneinfo/right/", "plperl", "pltcl", "plpython"})
	if err != nil {
		return images.Content{}, err
	}
	shell, err := busybox(ctx, root)
	if err != nil {
		return images.Content{}, err
	}
	accounts := fmt.Appendf(nil, "root:x:0:0:root:/:/bin/sh\npostgres:x:%[1]d:%[1]d:postgres:/tmp:/bin/sh\nnonroot:x:%[2]d:%[2]d:nonroot:/tmp:/bin/sh\n",
		databaseUser, images.UserID)
	return images.Content{
		Layers:     [][]images.File{append(images.Minimal(), images.File{Path: "/etc/passwd", Data: accounts}), shell, server},
		Entrypoint: []string{"postgres"}, User: fmt.Sprintf("%[1]d:%[1]d", databaseUser),
		Env: []string{"PATH=" + strings.TrimPrefix(bin[0], root) + ":/usr/bin:/bin", "LANG=C.UTF-8"},
	}, nil
}

// release tells distributions apart: their packages do not fit each other.
func release() string {
	text, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return "unknown"
	}
	return string(text)
}
