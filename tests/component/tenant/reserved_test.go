package tenant_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/tenant/spec"
)

// TestNoTenantMovesIntoAComponentsNamespace goes over every namespace that a
// component of the library makes or uses by default.
func TestNoTenantMovesIntoAComponentsNamespace(t *testing.T) {
	t.Parallel()
	namespaces := map[string]string{}
	require.NoError(t, filepath.WalkDir("../../../components", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			constant, ok := node.(*ast.ValueSpec)
			if !ok || constant.Names[0].Name != "DefaultNamespace" {
				return true
			}
			value, ok := constant.Values[0].(*ast.BasicLit)
			require.True(t, ok, "%s: DefaultNamespace must be a plain text", path)
			namespaces[path], err = strconv.Unquote(value.Value)
			return true
		})
		return err
	}))
	require.GreaterOrEqual(t, len(namespaces), 9, "the constants have another name now")
	for path, namespace := range namespaces {
		assert.Equal(t, field.ErrorList{
			field.Invalid(field.NewPath("name"), namespace, "must not be a namespace of the platform"),
		}, spec.CheckName(field.NewPath("name"), namespace), path)
	}
}
