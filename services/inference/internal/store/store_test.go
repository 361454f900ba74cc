package store_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/store"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for uri, want := range map[string]string{
		"s3://bucket/a/b": "", "s3://bucket": "", "file:///tmp/x": "",
		"":                     "must begin with s3:// or file:///",
		"https://example.com":  "must begin with s3:// or file:///",
		"/tmp/x":               "must begin with s3:// or file:///",
		"file://host/x":        "must be file:/// and an absolute path",
		"file:x":               "must be file:/// and an absolute path",
		"s3:///x":              "must name a bucket: s3://bucket/prefix",
		"s3://bucket/x?a=b":    "must have no user, query or fragment",
		"s3://key@bucket/x":    "must have no user, query or fragment",
		"s3://bucket/\x7f":     "must be a URI such as s3://bucket/prefix or file:///folder",
		"file:///tmp/x#anchor": "must have no user, query or fragment",
	} {
		_, err := store.Parse(uri)
		if want == "" {
			assert.NoError(t, err, uri)
			continue
		}
		assert.EqualError(t, err, want, uri)
	}
}

func TestFolder(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "a folder", "50%")
	s, err := store.Open(t.Context(), store.FileURI(folder))
	require.NoError(t, err)
	_, err = store.Read(t.Context(), s, "x", 10)
	require.ErrorIs(t, err, store.ErrNotFound)
	empty, err := s.Empty(t.Context())
	require.NoError(t, err)
	assert.True(t, empty)

	require.NoError(t, s.Put(t.Context(), "x", []byte("0123456789")))
	require.NoError(t, s.Put(t.Context(), "x", []byte("9876543210")))
	data, err := store.Read(t.Context(), s, "x", 10)
	require.NoError(t, err)
	assert.Equal(t, "9876543210", string(data))
	empty, err = s.Empty(t.Context())
	require.NoError(t, err)
	assert.False(t, empty)
	_, err = store.Read(t.Context(), s, "x", 9)
	require.ErrorIs(t, err, store.ErrTooLarge)
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, entries, 1, "nothing is left beside the object")

	object, err := store.OpenObject(t.Context(), s.URI("x"))
	require.NoError(t, err)
	defer object.Close()
	read, err := io.ReadAll(object)
	require.NoError(t, err)
	assert.Equal(t, "9876543210", string(read))
	_, err = store.OpenObject(context.Background(), "s3://bucket/folder/")
	assert.ErrorContains(t, err, "must name an object, not a folder")
}

// What others may write too is replaced by whoever has read what is there.
func TestFolderReplaces(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s, err := store.Open(t.Context(), store.FileURI(folder))
	require.NoError(t, err)
	require.ErrorIs(t, s.Replace(t.Context(), "a/x", []byte("0"), []byte("1")), store.ErrChanged)
	require.NoError(t, s.Replace(t.Context(), "a/x", nil, []byte("1")))
	require.ErrorIs(t, s.Replace(t.Context(), "a/x", nil, []byte("2")), store.ErrChanged)
	require.ErrorIs(t, s.Replace(t.Context(), "a/x", []byte("0"), []byte("2")), store.ErrChanged)
	data, err := store.Read(t.Context(), s, "a/x", 10)
	require.NoError(t, err)
	assert.Equal(t, "1", string(data))
	require.NoError(t, s.Replace(t.Context(), "a/x", []byte("1"), []byte("2")))

	require.NoError(t, s.Put(t.Context(), "b/rejected/y", nil))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "a", ".writing-1"), nil, 0o600))
	for below, want := range map[string][]string{"": {"a/x", "b/rejected/y"}, "a": {"a/x"}, "b/rejected": {"b/rejected/y"}, "c": nil} {
		names, err := s.List(t.Context(), below)
		require.NoError(t, err)
		assert.Equal(t, want, names, below)
	}
	require.NoError(t, os.RemoveAll(filepath.Join(folder, "a")))
	empty, err := s.Empty(t.Context())
	require.NoError(t, err)
	assert.True(t, empty, "what was rejected does not count")
}
