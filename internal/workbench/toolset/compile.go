package toolset

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
)

// reportEvery is how often a build says how far it is.
const reportEvery = 20 * time.Second

// compile builds the programs of a family into a folder.
func (s *Set) compile(ctx context.Context, f family, version, into string) error {
	flags := "-s -w"
	if f.version != "" {
		flags += " -X " + f.version + "=" + cmp.Or(f.release, version)
	}
	env := moduleEnv()
	if f.static {
		env = append(env, "CGO_ENABLED=0")
	}
	folder := filepath.Join(s.Root, "tools", f.folder)
	flag, remove, err := s.reduced(ctx, f, folder)
	if err != nil {
		return err
	}
	defer remove()
	env = append(env, "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" "+flag))
	names := slices.Sorted(maps.Keys(f.programs))
	built := &packageCount{most: packages(ctx, folder, env, f), last: time.Now(), report: func(done, most int) {
		s.Report("Building %s: %d of at most %d packages", f.label, done, most)
	}}
	for _, name := range names {
		err := runInto(ctx, built, env, folder, "go", "build", "-v",
			"-ldflags", flags, "-o", filepath.Join(into, "bin", name), f.programs[name])
		if err != nil {
			return err
		}
	}
	return s.copyFiles(ctx, f, folder, filepath.Join(into, "bin"))
}

// reduced copies the part of a family's source that is built, and returns the flag
// that makes Go build that; empty where the module is built as it is.
func (s *Set) reduced(ctx context.Context, f family, folder string) (flag string, remove func(), err error) {
	if f.reduce == nil {
		return "", func() {}, nil
	}
	from, err := s.moduleFolder(ctx, folder, f.module)
	if err != nil {
		return "", nil, err
	}
	temporary, err := os.MkdirTemp(s.Cache, ".source-")
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = os.RemoveAll(temporary) }
	source := filepath.Join(temporary, "source")
	if err := errors.Join(f.reduce(from, source), replaceModule(folder, temporary, f.module, source)); err != nil {
		remove()
		return "", nil, fmt.Errorf("copying the source of %s: %w", f.label, err)
	}
	return "-modfile=" + filepath.Join(temporary, "go.mod"), remove, nil
}

// replaceModule writes the go.mod and go.sum of a folder into another, with the
// source of one module from a third.
func replaceModule(folder, into, module, source string) error {
	const name = "go.mod"
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		return err
	}
	file, err := modfile.Parse(name, text, nil)
	if err != nil {
		return err
	}
	if err := file.AddReplace(module, "", source, ""); err != nil {
		return err
	}
	file.Cleanup()
	if text, err = file.Format(); err != nil {
		return err
	}
	return errors.Join(os.WriteFile(filepath.Join(into, name), text, 0o600), copyFile(filepath.Join(folder, "go.sum"), filepath.Join(into, "go.sum")))
}

// copyFiles puts files of a family's module beside its programs.
func (s *Set) copyFiles(ctx context.Context, f family, folder, into string) error {
	if len(f.files) == 0 {
		return nil
	}
	module, err := s.moduleFolder(ctx, folder, f.module)
	if err != nil {
		return err
	}
	for _, file := range f.files {
		if err := copyFile(filepath.Join(module, filepath.FromSlash(file)), filepath.Join(into, path.Base(file))); err != nil {
			return err
		}
	}
	return nil
}

// packages counts what the programs of a family are made of, which is what a build
// compiles when its cache is empty; 0 when Go does not say.
func packages(ctx context.Context, folder string, env []string, f family) int {
	list := exec.CommandContext(ctx, "go", append([]string{"list", "-deps"}, slices.Sorted(maps.Values(f.programs))...)...)
	list.Dir, list.Env = folder, env
	output, err := list.Output()
	if err != nil {
		return 0
	}
	return strings.Count(string(output), "\n")
}

// packageCount counts the packages that `go build -v` names, one a line, and keeps
// the text for an error.
type packageCount struct {
	bytes.Buffer
	done, most int
	last       time.Time
	report     func(done, most int)
}

func (c *packageCount) Write(text []byte) (int, error) {
	c.done += bytes.Count(text, []byte("\n"))
	if c.most > 0 && time.Since(c.last) >= reportEvery {
		c.last = time.Now()
		c.report(c.done, max(c.done, c.most))
	}
	return c.Buffer.Write(text)
}
