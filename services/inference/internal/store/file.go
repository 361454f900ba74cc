package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// writing begins the names of files that are not complete.
const writing = ".writing-"

// folder is a Store in a folder of this machine.
type folder string

func (f folder) path(name string) string { return filepath.Join(string(f), filepath.FromSlash(name)) }

// URI returns the file URI of an object.
func (f folder) URI(name string) string {
	return FileURI(f.path(name))
}

// FileURI returns the URI of an absolute path.
func FileURI(path string) string {
	return (&url.URL{Scheme: SchemeFile, Path: filepath.ToSlash(path)}).String()
}

// Open opens a file.
func (f folder) Open(_ context.Context, name string) (io.ReadCloser, error) {
	file, err := os.Open(f.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", f.URI(name), ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", f.URI(name), err)
	}
	return file, nil
}

// Empty says that there are no files that count, or no folder.
func (f folder) Empty(ctx context.Context) (bool, error) {
	names, err := f.List(ctx, "")
	return !slices.ContainsFunc(names, func(name string) bool { return !isRejected(name) }), err
}

// List returns the names of the files in a folder, without those that are being written.
func (f folder) List(_ context.Context, below string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(f.path(below), func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), writing) {
			return err
		}
		name, err := filepath.Rel(string(f), path)
		names = append(names, filepath.ToSlash(name))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w", f.URI(below), err)
	}
	slices.Sort(names)
	return names, nil
}

// Replace compares and writes under a lock on the folder, which the kernel gives back
// when the process ends.
func (f folder) Replace(ctx context.Context, name string, was, data []byte) error {
	path := f.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("writing %s: %w", f.URI(name), err)
	}
	lock, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("writing %s: %w", f.URI(name), err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("locking %s: %w", f.URI(name), err)
	}
	is, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("reading %s: %w", f.URI(name), err)
	}
	if (err == nil) != (was != nil) || !bytes.Equal(is, was) {
		return fmt.Errorf("%s: %w", f.URI(name), ErrChanged)
	}
	return f.Put(ctx, name, data)
}

// Put writes beside the file and renames, so that no reader sees half of it.
func (f folder) Put(_ context.Context, name string, data []byte) error {
	if err := f.put(name, data); err != nil {
		return fmt.Errorf("writing %s: %w", f.URI(name), err)
	}
	return nil
}

func (f folder) put(name string, data []byte) error {
	path := f.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), writing+"*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(data)
	if err == nil {
		err = file.Chmod(0o644)
	}
	if err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
