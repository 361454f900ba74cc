// Package store reads and writes the few objects the service needs, in a folder
// of this machine or below a prefix of an S3 bucket.
package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// ErrNotFound is the error of objects that do not exist.
var ErrNotFound = errors.New("not found")

// ErrChanged is the error of objects that are not any more what the writer has read.
var ErrChanged = errors.New("changed in the meantime")

// ErrTooLarge is the error of objects that are larger than the caller allows.
var ErrTooLarge = errors.New("too large")

// Store holds objects by name. Names have no slashes at either end.
type Store interface {
	// Open returns an object as a stream. The caller closes it.
	Open(ctx context.Context, name string) (io.ReadCloser, error)
	// Put writes an object, which appears whole or not at all.
	Put(ctx context.Context, name string, data []byte) error
	// Replace is Put for an object that others may write too: where it is not, or not any
	// more, what was says, nothing is written and the error is ErrChanged. Nil stands
	// for an object that does not exist.
	Replace(ctx context.Context, name string, was, data []byte) error
	// List returns the names of the objects below a folder, in their order; "" is all.
	List(ctx context.Context, folder string) ([]string, error)
	// Empty says that there is not one object outside of folders called RejectedFolder.
	Empty(ctx context.Context) (bool, error)
	// URI returns where an object is, for people.
	URI(name string) string
}

// RejectedFolder holds what was never in use, at any depth of a store.
const RejectedFolder = "rejected"

// isRejected says whether a name lies in a RejectedFolder.
func isRejected(name string) bool {
	return slices.Contains(strings.Split(path.Dir(name), "/"), RejectedFolder)
}

// Schemes are the places a Store may be at.
const (
	SchemeFile = "file"
	SchemeS3   = "s3"
)

// Open returns the Store of a URI: file:///folder or s3://bucket/prefix.
func Open(ctx context.Context, uri string) (Store, error) {
	location, err := Parse(uri)
	if err != nil {
		return nil, err
	}
	if location.Scheme == SchemeFile {
		return folder(filepath.FromSlash(location.Path)), nil
	}
	return openBucket(ctx, location.Host, strings.Trim(location.Path, "/"))
}

// Parse checks a URI without connecting to anything.
func Parse(uri string) (*url.URL, error) {
	location, err := url.Parse(uri)
	if err != nil {
		return nil, errors.New("must be a URI such as s3://bucket/prefix or file:///folder")
	}
	if location.RawQuery != "" || location.Fragment != "" || location.User != nil {
		return nil, errors.New("must have no user, query or fragment")
	}
	switch location.Scheme {
	case SchemeFile:
		if location.Host != "" || !strings.HasPrefix(location.Path, "/") {
			return nil, errors.New("must be file:/// and an absolute path")
		}
	case SchemeS3:
		if location.Host == "" {
			return nil, errors.New("must name a bucket: s3://bucket/prefix")
		}
	default:
		return nil, errors.New("must begin with s3:// or file:///")
	}
	return location, nil
}

// OpenObject returns the object of a URI as a stream. The caller closes it.
func OpenObject(ctx context.Context, uri string) (io.ReadCloser, error) {
	slash := strings.LastIndex(uri, "/")
	if slash < 0 || slash == len(uri)-1 {
		return nil, fmt.Errorf("%q: must name an object, not a folder", uri)
	}
	from, err := Open(ctx, uri[:slash+1])
	if err != nil {
		return nil, fmt.Errorf("%q: %w", uri, err)
	}
	// The folder is unescaped by the parser of URIs; the name must be as well.
	name, err := url.PathUnescape(uri[slash+1:])
	if err != nil {
		return nil, fmt.Errorf("%q: %w", uri, err)
	}
	return from.Open(ctx, name)
}

// Read returns an object that is at most limit bytes long.
func Read(ctx context.Context, from Store, name string, limit int64) ([]byte, error) {
	object, err := from.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer object.Close()
	data, err := io.ReadAll(io.LimitReader(object, limit+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", from.URI(name), err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%s: %w: must be at most %d bytes", from.URI(name), ErrTooLarge, limit)
	}
	return data, nil
}
