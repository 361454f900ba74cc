package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
)

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

// Empty says that the folder has no entries or does not exist.
func (f folder) Empty(context.Context) (bool, error) {
	entries, err := os.ReadDir(string(f))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("listing %s: %w", FileURI(string(f)), err)
	}
	return len(entries) == 0, nil
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
	file, err := os.CreateTemp(filepath.Dir(path), ".writing-*")
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
