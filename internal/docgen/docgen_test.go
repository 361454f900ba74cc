package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDocumentsAreCurrent(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	documents, err := render(root)
	require.NoError(t, err)
	require.NotEmpty(t, documents)
	for _, d := range documents {
		got, err := os.ReadFile(filepath.Join(root, d.path))
		require.NoError(t, err)
		assert.Equal(t, d.text, string(got), "%s: run make docs", d.path)
	}
}

func TestItSaysWhichSourcesAreMissing(t *testing.T) {
	t.Parallel()
	_, err := render(t.TempDir())
	require.ErrorContains(t, err, "reading doc comments: ")
}
