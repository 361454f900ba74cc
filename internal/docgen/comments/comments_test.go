package comments_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/docgen/comments"
)

// Range is one range.
type Range struct {
	// CIDR is the
	// range of the VPC.
	CIDR string
	// Zones are used.
	Zones []string
	// Protect makes Pulumi refuse.
	Protect bool
	// Ünlike the name.
	Other string
	// First and Last are addresses.
	First, Last string
	Bare        string
}

func TestField(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	of := reflect.TypeFor[Range]()
	folder := filepath.Join(root, "internal", "docgen", "comments_test")
	require.NoError(t, os.MkdirAll(folder, 0o700))
	source, err := os.ReadFile("comments_test.go")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "x.go"), source, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "x_test.go"), []byte("package x\n\n// Range is of a test.\ntype Range struct{}\n"), 0o600))

	found := comments.From(root)
	about, err := found.Type(of)
	require.NoError(t, err)
	assert.Equal(t, "One range.", about)
	for name, want := range map[string]string{
		"CIDR": "The range of the VPC.", "Zones": "Used.", "Protect": "Makes Pulumi refuse.", "Other": "Ünlike the name.",
		"First": "First and Last are addresses.", "Last": "First and Last are addresses.", "Bare": "",
	} {
		got, err := found.Field(of, name)
		require.NoError(t, err)
		assert.Equal(t, want, got, name)
	}
}

func TestFieldNamesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	_, err := comments.From(root).Type(reflect.TypeFor[Range]())
	require.ErrorContains(t, err, "reading doc comments: open ")
	_, err = comments.From(root).Type(reflect.TypeFor[os.File]())
	require.EqualError(t, err, "reading doc comments: os.File is not of this module")
	folder := filepath.Join(root, "internal", "docgen", "comments_test")
	require.NoError(t, os.MkdirAll(folder, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "x.go"), []byte("packag"), 0o600))
	_, err = comments.From(root).Type(reflect.TypeFor[Range]())
	require.ErrorContains(t, err, "x.go:1:1: expected 'package'")
}
