package security

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRowsNameTestsThatExist(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "a_test.go"), []byte("package a\n\nfunc (p platform) rbac() {}\n"), 0o600))
	source := func(tests string) []byte {
		return []byte("- {interface: API, rows: [{who: pods, may: read, not: write, tests: [" + tests + "]}]}")
	}
	text, err := render(root, source("a_test.go#rbac"))
	require.NoError(t, err)
	assert.Contains(t, text, "### API\n\n| Who | May | May not | Asserted by |\n| --- | --- | --- | --- |\n| pods | read | write | [rbac](../a_test.go) |\n")

	_, err = render(root, source("a_test.go#other"))
	require.EqualError(t, err, "matrix.yaml: API: pods: "+filepath.Join(root, "a_test.go")+" has no function other")
	_, err = render(root, source("b_test.go#rbac"))
	require.ErrorContains(t, err, "matrix.yaml: API: pods: open "+filepath.Join(root, "b_test.go"))
	_, err = render(root, source(""))
	require.EqualError(t, err, "matrix.yaml: API: pods: no test asserts it")
	_, err = render(root, []byte("- {interfaces: API}"))
	require.ErrorContains(t, err, "matrix.yaml: ")
}
