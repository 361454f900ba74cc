package layers_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	pulumiSDK = "github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	ec2       = "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
)

// calls are pieces of code that the linter must report, each with the message of
// the rule in .golangci.yml.
var calls = []struct{ message, imports, code string }{
	{"return an error", "errors", `func probe() { panic(errors.New("no")) }`},
	{"only internal/platform knows the stack's name", pulumiSDK, "func probe(ctx *pulumi.Context) string { return ctx.Stack() }"},
	{"a component takes Args", "os", `func probe() string { return os.Getenv("REGION") }`},
	{"it reads nothing from the cloud", ec2, "var probe = ec2.LookupVpc"},
	{"it reads nothing from the cloud", pulumiSDK, `func probe(ctx *pulumi.Context) error { return ctx.Invoke("aws:ec2/getVpc:getVpc", nil, nil) }`},
	{"in a command", "fmt", `func probe() { fmt.Println("no") }`},
}

// TestCalls has the linter report what a component must not call, and shows that no
// such rule of .golangci.yml is without a proof.
func TestCalls(t *testing.T) {
	t.Parallel()
	copied, configuration := t.TempDir(), readConfiguration(t)
	for _, file := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(root, file))
		require.NoError(t, err)
		write(t, filepath.Join(copied, file), string(text))
	}
	file := func(i int) string { return fmt.Sprintf("components/probe%d/probe.go", i) }
	for i, call := range calls {
		write(t, filepath.Join(copied, file(i)), fmt.Sprintf("package probe\n\nimport %q\n\n%s\n", call.imports, call.code))
	}
	issues := lint(t, copied, configuration, "forbidigo")
	for i, call := range calls {
		found := false
		for _, issue := range issues {
			found = found || filepath.ToSlash(issue.Pos.Filename) == file(i) && strings.Contains(issue.Text, call.message)
		}
		assert.True(t, found, "not reported: %s", call.code)
	}
	for _, rule := range parse(t, configuration).Linters.Settings.Forbidigo.Forbid {
		proven := false
		for _, call := range calls {
			proven = proven || strings.Contains(rule.Message, call.message)
		}
		assert.True(t, proven, "no piece of code proves the rule %q", rule.Message)
	}
}
