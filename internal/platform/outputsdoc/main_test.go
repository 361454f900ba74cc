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
	root := filepath.Join("..", "..", "..")
	out := filepath.Join(t.TempDir(), "outputs.md")
	require.NoError(t, run(root, out))
	want, err := os.ReadFile(out)
	require.NoError(t, err)
	got, err := os.ReadFile(filepath.Join(root, "docs", "outputs.md"))
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "run go generate ./internal/platform")
}

func TestItSaysWhichSourcesAreMissing(t *testing.T) {
	t.Parallel()
	_, err := render(t.TempDir())
	require.ErrorContains(t, err, "reading doc comments: ")
}
