package store_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/store"
)

// strict answers as S3 does to a caller who may list its own prefix only: what is
// missing is forbidden, because the right to list the whole bucket is not there.
type strict struct{ keys []string }

func (s strict) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	prefix := r.URL.Query().Get("prefix")
	if r.URL.Path == "/models" && r.Method == http.MethodGet && strings.HasPrefix(prefix, "tenants/a/") {
		fmt.Fprint(w, `<ListBucketResult><Name>models</Name>`)
		for _, key := range s.keys {
			if strings.HasPrefix(key, prefix) {
				fmt.Fprintf(w, `<Contents><Key>%s</Key></Contents>`, key)
			}
		}
		fmt.Fprint(w, `</ListBucketResult>`)
		return
	}
	w.WriteHeader(http.StatusForbidden)
	fmt.Fprint(w, `<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`)
}

// Not parallel: it sets the environment. It is about S4: on AWS the first
// look at an empty prefix is answered with 403, which must not look like a
// missing permission, and a missing permission must not look like an empty prefix.
func TestBucketWhoseCallerMayListOnePrefix(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "a")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "b")
	t.Setenv("AWS_REGION", "us-east-1")
	look := func(prefix string, keys ...string) (empty bool, emptyErr, readErr error) {
		server := httptest.NewServer(strict{keys})
		defer server.Close()
		t.Setenv("AWS_ENDPOINT_URL_S3", server.URL)
		s, err := store.Open(t.Context(), "s3://models/"+prefix)
		require.NoError(t, err)
		_, readErr = store.Read(t.Context(), s, "manifest.json", 100)
		empty, emptyErr = s.Empty(t.Context())
		return empty, emptyErr, readErr
	}
	empty, emptyErr, readErr := look("tenants/a/m", "tenants/a/m/", "tenants/a/m-other/manifest.json")
	require.NoError(t, emptyErr)
	assert.True(t, empty, "a folder of a console and a neighbour are not in it")
	require.ErrorIs(t, readErr, store.ErrNotFound)

	empty, emptyErr, readErr = look("tenants/a/m", "tenants/a/m/model-1.bin")
	require.NoError(t, emptyErr)
	assert.False(t, empty)
	require.ErrorIs(t, readErr, store.ErrNotFound)

	_, _, readErr = look("tenants/a/m", "tenants/a/m/manifest.json")
	require.NotErrorIs(t, readErr, store.ErrNotFound, "it is there and forbidden")
	assert.ErrorContains(t, readErr, "AccessDenied")

	_, emptyErr, readErr = look("tenants/b/m")
	require.NotErrorIs(t, readErr, store.ErrNotFound, "what may not be listed is not missing")
	assert.ErrorContains(t, emptyErr, "AccessDenied")
}

// conditional keeps one object as S3 does, with a page of a list for each key.
type conditional struct {
	body, tag string
	keys      []string
}

func (c *conditional) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch query := r.URL.Query(); {
	case r.Method == http.MethodPut:
		match, none := r.Header.Get("If-Match"), r.Header.Get("If-None-Match")
		if none == "*" && c.tag != "" || match != "" && match != c.tag || match == "" && none == "" {
			w.WriteHeader(http.StatusPreconditionFailed)
			fmt.Fprint(w, `<Error><Code>PreconditionFailed</Code></Error>`)
			return
		}
		c.tag += "+"
	case query.Has("list-type"):
		var at int
		_, _ = fmt.Sscan(query.Get("continuation-token"), &at)
		fmt.Fprintf(w, `<ListBucketResult><IsTruncated>%t</IsTruncated><NextContinuationToken>%d</NextContinuationToken>`+
			`<Contents><Key>%s</Key></Contents></ListBucketResult>`, at+1 < len(c.keys), at+1, c.keys[at])
	case c.tag == "":
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `<Error><Code>NoSuchKey</Code></Error>`)
	default:
		w.Header().Set("ETag", c.tag)
		fmt.Fprint(w, c.body)
	}
}

// Not parallel: it sets the environment.
func TestBucketReplaces(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "a")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "b")
	t.Setenv("AWS_REGION", "us-east-1")
	kept := &conditional{keys: []string{"m/rejected/1.json", "m/rejected/2.json", "m/rejected/"}}
	server := httptest.NewServer(kept)
	defer server.Close()
	t.Setenv("AWS_ENDPOINT_URL_S3", server.URL)
	s, err := store.Open(t.Context(), "s3://models/m")
	require.NoError(t, err)
	require.ErrorIs(t, s.Replace(t.Context(), "x", []byte("0"), []byte("1")), store.ErrChanged, "it is not there")
	require.NoError(t, s.Replace(t.Context(), "x", nil, []byte("1")))
	kept.body = "1"
	require.ErrorIs(t, s.Replace(t.Context(), "x", nil, []byte("2")), store.ErrChanged)
	require.ErrorIs(t, s.Replace(t.Context(), "x", []byte("0"), []byte("2")), store.ErrChanged)
	require.NoError(t, s.Replace(t.Context(), "x", []byte("1"), []byte("2")))
	assert.Equal(t, "++", kept.tag, "written twice")

	names, err := s.List(t.Context(), "")
	require.NoError(t, err)
	assert.Equal(t, []string{"rejected/1.json", "rejected/2.json"}, names, "every page, and no folders of a console")
	empty, err := s.Empty(t.Context())
	require.NoError(t, err)
	assert.True(t, empty)
	kept.keys = append(kept.keys, "m/manifest.json")
	empty, err = s.Empty(t.Context())
	require.NoError(t, err)
	assert.False(t, empty, "on the last page")
}
