package proof_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/docgen/proof"
)

// every is a test that proves everything that must be proven.
const every = `// TestEverything is long.
//
// Proves S1, S2, S3, S4, S5, S6, S7, S8, C1, C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12,
// V1, V2, V3, V4, V5, V6, V7, V8, V9, V10, V11, V12 and V13 by plain Go: all is well.
func TestEverything() {}
`

// write makes a folder of files.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte("package a\n\n"+text), 0o600))
	}
	return root
}

func TestRender(t *testing.T) {
	t.Parallel()
	root := write(t, map[string]string{
		"b/every_test.go": every,
		"a/more_test.go": `// TestFirst has no id.
//
// Proves by real pods on real nodes: it runs.
func TestFirst() {}

// Proves S2 by the real server: it answers.
//
// And more.
func TestSecond() {}

// TestThird proves nothing in so many words.
func TestThird() {}
`,
		"a/more.go":                      "// Proves S9 by nobody: this is no test.\nfunc f() {}",
		"node_modules/x/x_test.go":       "this is no Go",
		".hidden/x_test.go":              "neither is this",
		"tools/x/testdata/case_test.txt": "nor this",
	})
	page, err := proof.Render(root)
	require.NoError(t, err)
	_, rows, found := strings.Cut(page, "| --- | --- | --- | --- |\n")
	require.True(t, found)
	assert.Equal(t, `| S1, S2, S3, S4, S5, S6, S7, S8, C1, C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12, V1, V2, V3, V4, V5, V6, V7, V8, V9, V10, V11, V12, V13 | all is well | [TestEverything](../b/every_test.go) | plain Go |
| S2 | it answers | [TestSecond](../a/more_test.go) | the real server |
|  | it runs | [TestFirst](../a/more_test.go) | real pods on real nodes |
`, rows)
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ test, want string }{
		"no judge":   {"// Proves S1: it runs.\nfunc TestA() {}", `a_test.go: TestA: "Proves S1: it runs.": must be "Proves ID by JUDGE: CLAIM"`},
		"no claim":   {"// Proves S1 by plain Go:\nfunc TestA() {}", `a_test.go: TestA: "Proves S1 by plain Go:": must be "Proves ID by JUDGE: CLAIM"`},
		"who is it":  {"// Proves S1 by hope: it runs.\nfunc TestA() {}", `a_test.go: TestA: "hope": no such judge; there are: real pods on real nodes, `},
		"incomplete": {strings.Replace(every, "S3, ", "", 1), "no test proves S3"},
		"no Go":      {"func", "a_test.go:3:5: "},
	} {
		_, err := proof.Render(write(t, map[string]string{"a_test.go": c.test}))
		require.ErrorContains(t, err, c.want, name)
	}
}
