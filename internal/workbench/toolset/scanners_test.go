package toolset_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestScannersAreBuiltWhenBothAreInTheCache(t *testing.T) {
	set, _ := checkout(t)
	requirements := map[string]string{"trivy": "github.com/aquasecurity/trivy v1.0.1", "kics": "github.com/Checkmarx/kics/v2 v2.0.1"}
	for tool, requirement := range requirements {
		folder := filepath.Join(set.Root, "tools", tool)
		require.NoError(t, os.MkdirAll(folder, 0o750))
		require.NoError(t, os.WriteFile(filepath.Join(folder, "go.mod"), []byte("module x\n\nrequire "+requirement+"\n"), 0o600))
	}
	for _, edition := range []string{"", "kics/v2.0.1-" + runtime.Version(), "trivy/v1.0.1-" + runtime.Version()} {
		require.NoError(t, os.MkdirAll(filepath.Join(set.Cache, filepath.FromSlash(edition)), 0o750))
		built, err := set.ScannersBuilt()
		require.NoError(t, err)
		assert.Equal(t, strings.HasPrefix(edition, "trivy"), built, "after %q", edition)
	}
}
