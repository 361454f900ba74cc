package toolset

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatManyAskForIsMadeOnce(t *testing.T) {
	t.Parallel()
	target := filepath.Join(t.TempDir(), "tool", "v1")
	var made atomic.Int32
	build := func(temporary string) error {
		made.Add(1)
		return os.WriteFile(filepath.Join(temporary, "program"), []byte("whole"), 0o600)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { assert.NoError(t, install(target, build)) })
	}
	group.Wait()
	assert.Equal(t, int32(1), made.Load())
	text, err := os.ReadFile(filepath.Join(target, "program"))
	require.NoError(t, err)
	assert.Equal(t, "whole", string(text))
}

func TestTheNextOneTriesAgain(t *testing.T) {
	t.Parallel()
	target := filepath.Join(t.TempDir(), "tool", "v1")
	wrong := errors.New("no compiler")
	require.ErrorIs(t, install(target, func(string) error { return wrong }), wrong)
	assert.NoDirExists(t, target)
	require.NoError(t, install(target, func(string) error { return nil }))
	assert.DirExists(t, target)
}
