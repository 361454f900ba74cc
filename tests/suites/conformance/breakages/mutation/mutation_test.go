package mutation_test

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/tests/suites/conformance/breakages/mutation"
)

var root = filepath.Join("..", "..", "..", "..", "..")

// TestAll shows without the suite that every breakage still applies.
func TestAll(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, b := range mutation.All() {
		t.Run(b.Name, func(t *testing.T) {
			text, err := b.Broken(root)
			require.NoError(t, err)
			_, err = parser.ParseFile(token.NewFileSet(), b.File, text, parser.SkipObjectResolution)
			require.NoError(t, err)
			assert.NotEqual(t, b.Old, b.New)
			assert.NotEmpty(t, b.Fails)
		})
		assert.False(t, names[b.Name], "two breakages are named %q", b.Name)
		names[b.Name] = true
	}
}

func TestBroken(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "a.go"), []byte("one two two"), 0o600))
	text, err := mutation.Breakage{Name: "x", File: "a.go", Old: "one", New: "1"}.Broken(folder)
	require.NoError(t, err)
	assert.Equal(t, "1 two two", text)
	for old, message := range map[string]string{
		"two":   `breakage "x": the text to replace must stand in a.go once, it stands there 2 times:` + "\ntwo",
		"three": `breakage "x": the text to replace must stand in a.go once, it stands there 0 times:` + "\nthree",
	} {
		_, err := mutation.Breakage{Name: "x", File: "a.go", Old: old}.Broken(folder)
		require.EqualError(t, err, message)
	}
	_, err = mutation.Breakage{Name: "x", File: "b.go"}.Broken(folder)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestFailed(t *testing.T) {
	t.Parallel()
	const end = `{"Action":"fail"}`
	fail := func(tests ...string) string {
		var lines strings.Builder
		for _, test := range tests {
			lines.WriteString(`{"Action":"fail","Test":"` + test + `","Elapsed":1}` + "\n")
		}
		return lines.String()
	}
	for name, c := range map[string]struct {
		events  string
		want    []string
		wantErr string
	}{
		"nothing":     {events: `{"Action":"pass","Test":"TestStacks"}` + "\n" + `{"Action":"pass"}`},
		"by stack":    {events: fail("TestStacks/prod/rbac", "TestStacks/local/rbac", "TestStacks/local", "TestStacks/prod", "TestStacks") + end, want: []string{"rbac"}},
		"by tenant":   {events: fail("TestStacks/prod/quota/tenant-a/compute/limits.cpu", "TestStacks/prod/quota/tenant-a/compute", "TestStacks/prod/quota/tenant-a", "TestStacks/prod/quota", "TestStacks/prod", "TestStacks") + end, want: []string{"quota/compute"}},
		"of a tenant": {events: fail("TestStacks/prod/limits/tenant-a") + end, want: []string{"limits"}},
		"parts": {
			events: fail("TestStacks/prod/isolation/promised", "TestStacks/prod/scheduling/placement/crowd", "TestStacks/prod/podsecurity/tenant-a/hostPath", "TestManifests/dev", "TestManifests") + end,
			want:   []string{"TestManifests", "isolation/promised", "podsecurity", "scheduling/placement"},
		},
		"outside of checks": {events: fail("TestStacks/prod", "TestStacks") + end, want: []string{"TestStacks"}},
		"cut off":           {events: fail("TestManifests"), wantErr: "the suite ended without a verdict"},
		"not JSON":          {events: "panic: no", wantErr: `reading "panic: no": invalid character 'p' looking for beginning of value`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := mutation.Failed(strings.NewReader(c.events))
			if c.wantErr != "" {
				require.EqualError(t, err, c.wantErr)
				return
			}
			require.NoError(t, err)
			assert.ElementsMatch(t, c.want, got)
		})
	}
}
