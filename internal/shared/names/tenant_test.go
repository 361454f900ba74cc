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

// files are texts that begin like the prefix and name files of the repository.
var files = []string{"tenants/definitions", "tenants/schema"}

// TestPrefixOfTenantsIsWrittenOnce keeps a second copy of what the isolation of
// objects rests on out of the sources.
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
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || !hasPrefixLiteral(t, path):
			return nil
		}
		relative, err := filepath.Rel(root, path)
		found = append(found, filepath.ToSlash(relative))
		return err
	}))
	// The second is the folder of the definitions.
	assert.Equal(t, []string{"internal/shared/names/tenant.go", "tenants/load.go"}, found, "use names.TenantPrefix")
}

func hasPrefixLiteral(t *testing.T, path string) bool {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	has := false
	ast.Inspect(file, func(node ast.Node) bool {
		literal, ok := node.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		text, err := strconv.Unquote(literal.Value)
		isFile := slices.ContainsFunc(files, func(name string) bool { return strings.HasPrefix(text, name) })
		has = has || err == nil && strings.HasPrefix(text, "tenants/") && !isFile
		return true
	})
	return has
}
