package toolset

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/mod/modfile"
)

// family is one module under tools/ and the programs that are built from it.
type family struct {
	// folder is the module's folder under tools/; cache is that of its programs in
	// the cache, the same one by default.
	folder, cache string
	// label names the programs in a sentence.
	label string
	// module is the requirement whose version is the version of the programs.
	module string
	// programs are the packages to build, by the name of the executable.
	programs map[string]string
	// version is the linker symbol of the version, which a build from a module
	// leaves empty; empty where nobody asks for it.
	version string
	// release is the version that the programs report where that of the module
	// does not tell it.
	release string
	// files of the module that lie beside the programs, by their paths in it.
	files []string
	// reduce copies the part of the module's source that is built, from one folder
	// into another; nil builds the module as it is. part tells such parts apart.
	reduce func(from, into string) error
	part   string
	// static programs need no library of a machine: they go into images.
	static bool
	// takes says how long the first build takes, and needGiB what disk it needs
	// at its peak.
	takes   string
	needGiB uint64
}

// programs is a family that was built.
type programs struct {
	root    string
	version string
}

// path of one executable.
func (p programs) path(name string) string { return filepath.Join(p.bin(), name) }

// bin is the folder of the executables.
func (p programs) bin() string { return filepath.Join(p.root, "bin") }

// build returns the programs from the cache and builds them first when they are
// not there.
func (s *Set) build(ctx context.Context, f family) (programs, error) {
	built, err := s.locate(f)
	if err != nil {
		return programs{}, err
	}
	if exists(built.root) {
		return built, nil
	}
	if err := s.requireSpace(f.needGiB); err != nil {
		return programs{}, err
	}
	s.Report("Building %s %s from its Go module. This happens once and takes %s.", f.label, built.version, f.takes)
	if err := install(built.root, func(temporary string) error { return s.compile(ctx, f, built.version, temporary) }); err != nil {
		return programs{}, fmt.Errorf("building %s: %w", f.label, err)
	}
	return built, nil
}

// locate says where the programs of a family are, or will be.
func (s *Set) locate(f family) (programs, error) {
	pinned, err := s.pinned(f)
	if err != nil {
		return programs{}, err
	}
	edition, err := s.edition(f, pinned)
	if err != nil {
		return programs{}, err
	}
	return programs{root: filepath.Join(s.Cache, cmp.Or(f.cache, f.folder), edition), version: pinned}, nil
}

// edition tells builds of a family apart: the version, the compiler, what there is
// of our own code around the module, and what part of it is built.
func (s *Set) edition(f family, pinned string) (string, error) {
	edition := pinned + "-" + runtime.Version()
	sources, err := filepath.Glob(filepath.Join(s.Root, "tools", f.folder, "*.go"))
	if err != nil || len(sources) == 0 && f.part == "" {
		return edition, err
	}
	hash := sha256.New()
	hash.Write([]byte(f.part))
	for _, source := range sources {
		text, err := os.ReadFile(source)
		if err != nil {
			return "", fmt.Errorf("reading the code of %s: %w", f.label, err)
		}
		hash.Write(text)
	}
	return fmt.Sprintf("%s-%x", edition, hash.Sum(nil)[:4]), nil
}

// pinned returns the version of a family's programs, with a leading "v".
func (s *Set) pinned(f family) (string, error) {
	version, err := requirement(filepath.Join(s.Root, "tools", f.folder, "go.mod"), f.module)
	if err != nil {
		return "", fmt.Errorf("reading the pinned version of %s: %w", f.label, err)
	}
	return version, nil
}

// requirement returns the version of a module that a go.mod requires.
func requirement(path, module string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	file, err := modfile.ParseLax(path, data, nil)
	if err != nil {
		return "", err
	}
	for _, required := range file.Require {
		if required.Mod.Path == module {
			return required.Mod.Version, nil
		}
	}
	return "", fmt.Errorf("%s does not require %s", path, module)
}
