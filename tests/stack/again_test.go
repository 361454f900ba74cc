package stack_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Proves C11 by the document check: the import of the log group that EKS may have made again
// names what the stack registers: its type, name, physical name, parent and provider.
func TestC11TheImportOfTheLogGroupFits(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/deploying.md")
	require.NoError(t, err)
	line := strings.ReplaceAll(string(page), "\\\n", " ")
	found := regexp.MustCompile(`(?m)^pulumi import .*$`).FindAllString(line, -1)
	require.Len(t, found, 1)
	words := strings.Fields(strings.ReplaceAll(found[0], "'", ""))

	group := recorded(t, "dev", "up").One(t, "aws:cloudwatch/logGroup:LogGroup", "mlops-dev-cluster-logs")
	provider, _, _ := strings.Cut(group.Provider, "::aws::")
	assert.Equal(t, []string{
		"pulumi", "import", "--stack", "dev", "--protect=false", "--generate-code=false",
		"--parent", "cluster=" + urn("dev", group.ParentType, group.ParentName),
		"--provider", "aws=" + provider + "::aws",
		group.Type, group.Name, group.Prop("name").(string),
	}, words)
}
