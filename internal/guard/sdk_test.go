package guard_test

import (
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/guard"
)

var (
	registration = regexp.MustCompile(`ctx\.RegisterResource\("([^"]+)"`)
	argsStruct   = regexp.MustCompile(`(?s)\ntype [a-z]\w*Args struct \{.*?\n\}`)
)

// sdkTypes maps the type tokens that the Go files of an SDK folder register to
// whether their inputs include tags.
func sdkTypes(t *testing.T, module string, folders ...string) map[string]bool {
	t.Helper()
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	require.NoError(t, err)
	found := map[string]bool{}
	for _, folder := range folders {
		root := filepath.Join(strings.TrimSpace(string(dir)), folder)
		require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") {
				return err
			}
			source, err := os.ReadFile(path)
			if token := registration.FindSubmatch(source); token != nil {
				found[string(token[1])] = strings.Contains(string(argsStruct.Find(source)), "`pulumi:\"tags\"`")
			}
			return err
		}))
	}
	return found
}

// The table agrees with the SDK for every resource of every module it covers.
func TestTaggableTableMatchesTheSDK(t *testing.T) {
	t.Parallel()
	var folders []string
	modules := maps.Clone(guard.TaggableModules)
	maps.Copy(modules, guard.UntaggableModules)
	for module := range modules {
		folders = append(folders, "go/aws/"+module)
	}
	fromSDK := sdkTypes(t, "github.com/pulumi/pulumi-aws/sdk/v6", folders...)
	require.NotEmpty(t, fromSDK)
	for token, taggable := range fromSDK {
		classified, known := guard.Classification[token]
		assert.True(t, known, "%s is not in the table", token)
		assert.Equal(t, taggable, classified, "%s takes tags: %v", token, taggable)
	}
	for token := range guard.Classification {
		assert.Contains(t, fromSDK, token, "the SDK has no such type")
	}
}

// remoteComponents are registered in another way than resources.
var remoteComponents = []string{"eks:index:Cluster", "kubernetes:helm.sh/v4:Chart"}

// A rule about a misspelt type would never find anything.
func TestRulesNameTypesThatExist(t *testing.T) {
	t.Parallel()
	aws := sdkTypes(t, "github.com/pulumi/pulumi-aws/sdk/v6", "go/aws")
	kubernetes := sdkTypes(t, "github.com/pulumi/pulumi-kubernetes/sdk/v4",
		"go/kubernetes/core/v1", "go/kubernetes/apps/v1", "go/kubernetes/batch/v1", "go/kubernetes/networking/v1", "go/kubernetes/rbac/v1", "go/kubernetes/helm")
	for _, rule := range allRules() {
		for _, token := range rule.Types {
			if strings.HasSuffix(token, "*") || slices.Contains(remoteComponents, token) {
				continue
			}
			_, inAWS := aws[token]
			_, inKubernetes := kubernetes[token]
			assert.True(t, inAWS || inKubernetes, "%s: no SDK has %s", rule.ID, token)
		}
	}
}
