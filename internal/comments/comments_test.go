package comments_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/comments"
)

func TestRead(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	source := `package x

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
	Bare string
}
`
	require.NoError(t, os.WriteFile(filepath.Join(folder, "x.go"), []byte(source), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "x_test.go"), []byte("package x\n\n// T is a test.\ntype T struct{}\n"), 0o600))
	got, err := comments.Read(folder)
	require.NoError(t, err)
	assert.Equal(t, comments.Comments{
		"Range": "One range.", "Range.CIDR": "The range of the VPC.", "Range.Zones": "Used.",
		"Range.Protect": "Makes Pulumi refuse.", "Range.Other": "Ünlike the name.",
		"Range.First": "First and Last are addresses.", "Range.Last": "First and Last are addresses.", "Range.Bare": "",
	}, got)
}

func TestReadNamesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	_, err := comments.Read(filepath.Join(folder, "none"))
	require.ErrorContains(t, err, "reading doc comments: ")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "x.go"), []byte("packag"), 0o600))
	_, err = comments.Read(folder)
	require.ErrorContains(t, err, "x.go:1:1: expected 'package'")
}
