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

const reservedRule = "must not be a namespace of the platform, of Kubernetes or of a common add-on"

// TestNoTenantMovesIntoAComponentsNamespace goes over every namespace that a
// component of the library makes or uses by default.
//
// Proves V7 by plain Go: the namespace of every component is reserved, those of common add-ons
// and of distributions are, and names that only look alike are free.
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
	for _, name := range []string{
		"traefik", "flux-system", "longhorn-system", "istio-system", "kube-public", "openshift-monitoring", "cattle-fleet", "gmp-public",
	} {
		namespaces[name] = name
	}
	for _, name := range []string{"traefik-team", "system", "systems", "openshifter", "fraud", "lokis"} {
		assert.Empty(t, spec.CheckName(field.NewPath("name"), name), name)
	}
	for path, namespace := range namespaces {
		assert.Equal(t, field.ErrorList{
			field.Invalid(field.NewPath("name"), namespace, reservedRule),
		}, spec.CheckName(field.NewPath("name"), namespace), path)
	}
}
