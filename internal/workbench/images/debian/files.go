package debian

import (
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/mlops-iac/mlops/internal/workbench/images"
)

// Files are what is below the given paths of an unpacked root, and every library
// that a program among them loads. A path may hold patterns of path/filepath; without
// leaves out files whose path contains one of its texts.
func Files(root string, paths, without []string) ([]images.File, error) {
	c := &collector{root: root, without: without, taken: map[string]bool{}}
	for _, pattern := range paths {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("the packages of Debian have no %s", pattern)
		}
		for _, path := range found {
			if err := filepath.WalkDir(path, c.visit); err != nil {
				return nil, err
			}
		}
	}
	return c.files, nil
}

type collector struct {
	root    string
	without []string
	taken   map[string]bool
	files   []images.File
}

func (c *collector) visit(path string, entry fs.DirEntry, err error) error {
	if err != nil || entry.IsDir() {
		return err
	}
	return c.take(path)
}

// take adds a file, what a link points to, and the libraries of a program.
func (c *collector) take(path string) error {
	for _, text := range c.without {
		if strings.Contains(path, text) {
			return nil
		}
	}
	if c.taken[path] {
		return nil
	}
	c.taken[path] = true
	inside := strings.TrimPrefix(path, c.root)
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		return c.takeLink(path, inside)
	}
	c.files = append(c.files, images.File{Path: inside, Mode: info.Mode().Perm(), Source: path})
	return c.takeLibraries(path)
}

func (c *collector) takeLink(path, inside string) error {
	target, err := os.Readlink(path)
	if err != nil {
		return err
	}
	c.files = append(c.files, images.File{Path: inside, Link: target})
	if !filepath.IsAbs(target) {
		target = filepath.Join(filepath.Dir(inside), target)
	}
	next := filepath.Join(c.root, target)
	info, err := os.Lstat(next)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // it points to a package that was left out
	}
	if err != nil {
		return err
	}
	if info.IsDir() {
		return filepath.WalkDir(next, c.visit)
	}
	return c.take(next)
}

func (c *collector) takeLibraries(path string) error {
	file, err := elf.Open(path)
	if err != nil {
		return nil // it is no program
	}
	defer file.Close()
	needed, err := file.ImportedLibraries()
	if err != nil {
		return fmt.Errorf("reading what %s loads: %w", path, err)
	}
	for _, program := range file.Progs {
		if program.Type == elf.PT_INTERP {
			text := make([]byte, program.Filesz)
			if _, err := program.ReadAt(text, 0); err != nil {
				return err
			}
			needed = append(needed, strings.TrimRight(string(text), "\x00"))
		}
	}
	for _, library := range needed {
		if err := c.takeLibrary(library, path); err != nil {
			return err
		}
	}
	return nil
}

// takeLibrary looks where Debian's loader does.
func (c *collector) takeLibrary(name, by string) error {
	if filepath.IsAbs(name) {
		name = filepath.Base(name)
	}
	for _, pattern := range []string{"lib64", "usr/lib64", "lib/*", "usr/lib/*", "lib", "usr/lib"} {
		found, err := filepath.Glob(filepath.Join(c.root, pattern, name))
		if err != nil {
			return err
		}
		if len(found) > 0 {
			return c.take(found[0])
		}
	}
	return fmt.Errorf("%s loads %s, which none of the packages has", strings.TrimPrefix(by, c.root), name)
}
