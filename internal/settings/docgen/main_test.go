package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDocumentationIsCurrent(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "configuration.md")
	require.NoError(t, run("..", out))
	want, err := os.ReadFile(out)
	require.NoError(t, err)
	got, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "configuration.md"))
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "run go generate ./internal/settings")
}

func TestEveryFieldNeedsAComment(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	source := "package settings\n\ntype Guard struct {\n\t// Exemptions are written.\n\tExemptions []string\n}\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, "types.go"), []byte(source), 0o600))
	_, err := render(folder)
	require.ErrorContains(t, err, "without a doc comment: Platform.Substrate, ")
	assert.NotContains(t, err.Error(), "Guard.Exemptions")
}
