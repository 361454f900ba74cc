package images

import (
	"io"
	"log"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Proves C12 by plain Go: an image gets the tag that protects it beside its own, in one registry
// under one digest.
func TestC12PushWithFurtherTags(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	reference, err := name.NewTag(strings.TrimPrefix(server.URL, "http://") + "/team/inference:1.2.3")
	require.NoError(t, err)
	built := &Built{Reference: reference, Index: index(nil, nil)}

	_, err = built.Push(t.Context(), "no/tag")
	require.ErrorContains(t, err, `tag "no/tag": `)
	_, err = remote.Head(reference)
	require.Error(t, err, "nothing is pushed under half of its tags")

	pushed, err := built.Push(t.Context(), "release-1.2.3")
	require.NoError(t, err)
	for _, tag := range []string{"1.2.3", "release-1.2.3"} {
		found, err := remote.Head(reference.Context().Tag(tag))
		require.NoError(t, err)
		assert.Equal(t, pushed, reference.Context().Name()+"@"+found.Digest.String())
	}
}
