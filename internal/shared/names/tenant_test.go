package names_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/names"
)

func TestCheckTenant(t *testing.T) {
	t.Parallel()
	path, longest := field.NewPath("name"), strings.Repeat("a", names.MaxTenant)
	rule := "must be the name of a tenant: at most 40 of a-z, 0-9 and '-', first and last not '-'"
	assert.Empty(t, names.CheckTenant(path, longest))
	for _, wrong := range []string{"", "Team", "-a", "a-", "a_b", longest + "a"} {
		assert.Equal(t, field.ErrorList{field.Invalid(path, wrong, rule)}, names.CheckTenant(path, wrong))
	}
}

// like are the texts in the sources that look like the prefix, each with the reason.
var like = []string{
	"components/logging/args.go: /tenants/",                               // names of log groups
	"internal/docgen/documents.go: tenants/schema.json",                   // a file of the repository
	"internal/platform/choose.go: is no tenant; add tenants/definitions/", // a file of the repository
	"tenants/load.go: tenants/",                                           // the folder of the definitions
}

// TestPrefixOfTenantsIsWrittenOnce keeps a second copy of what the isolation of
// objects rests on out of the sources.
//
// Proves I8 by plain Go: the prefix of a tenant in every bucket is written in one place of the
// sources.
func TestPrefixOfTenantsIsWrittenOnce(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "tenants/fraud/", names.TenantPrefix("fraud"))
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	var found []string
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "node_modules", "tests", "testdata"}, entry.Name()):
			return filepath.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		relative, err := filepath.Rel(root, path)
		for _, text := range prefixes(t, path) {
			found = append(found, filepath.ToSlash(relative)+": "+text)
		}
		return err
	}))
	want := append([]string{"internal/shared/names/tenant.go: tenants/"}, like...)
	assert.ElementsMatch(t, want, found, "use names.TenantPrefix")
}

// prefixes are the texts of a file that hold something like the prefix.
func prefixes(t *testing.T, path string) (found []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	ast.Inspect(file, func(node ast.Node) bool {
		if _, imported := node.(*ast.ImportSpec); imported {
			return false
		}
		literal, ok := node.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		text, err := strconv.Unquote(literal.Value)
		require.NoError(t, err)
		if strings.Contains(text, "tenants/") {
			found = append(found, text)
		}
		return true
	})
	return found
}
