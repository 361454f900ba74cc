package layers_test

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sdks are packages that take minutes to compile.
var sdks = []string{
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2",
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1",
}

// TestSDKsAreCompiledOnce checks that all modules with the SDKs have the same
// versions of what these are built from: the build cache holds a package once for
// each set of versions below it.
func TestSDKsAreCompiledOnce(t *testing.T) {
	t.Parallel()
	listing := exec.Command(filepath.Join(root, ".ci", "modules"))
	modules, err := listing.Output()
	require.NoError(t, err)
	want := versionsBelowSDKs(t, ".")
	require.Greater(t, len(want), 10)
	compared := 0
	for module := range strings.FieldsSeq(string(modules)) {
		if versions := versionsBelowSDKs(t, module); versions != nil {
			assert.Equal(t, want, versions, "%s/go.mod has other versions than go.mod", module)
			compared++
		}
	}
	assert.Greater(t, compared, 5)
}

// versionsBelowSDKs returns the modules that the SDKs are built from, with their
// versions; nil for a module without the SDKs.
func versionsBelowSDKs(t *testing.T, module string) []string {
	t.Helper()
	list := exec.Command("go", append([]string{"list", "-deps", "-f", "{{with .Module}}{{.Path}} {{.Version}}{{end}}"}, sdks...)...)
	list.Dir = filepath.Join(root, module)
	output, err := list.Output()
	if err != nil { // the module does not have them
		return nil
	}
	versions := strings.Split(strings.TrimSpace(string(output)), "\n")
	slices.Sort(versions)
	return slices.Compact(versions)
}
