package registry_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/registry"
	"github.com/mlops-iac/mlops/tests/pulumitest"
	"github.com/mlops-iac/mlops/tests/pulumitest/valid"
)

const (
	nameRule   = "must be lower-case letters and digits joined by single . _ - or /, beginning with a letter"
	tenantRule = "must be a namespace: 1 to 63 lower-case letters, digits and -, beginning and ending with a letter or digit"
)

func TestRejectsFaultyArgs(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 247)
	tests := []struct {
		name   string
		change func(*registry.Args)
		want   []string
	}{
		{"account malformed", func(a *registry.Args) { a.AccountID = "12345678901x" }, []string{
			`accountId: Invalid value: "12345678901x": must be 12 digits`,
		}},
		{"partition", func(a *registry.Args) { a.Partition = "azure" }, []string{
			`partition: Unsupported value: "azure": supported values: "aws", "aws-cn", "aws-us-gov"`,
		}},
		{"principal missing", func(a *registry.Args) { a.PullPrincipalARNs = append(a.PullPrincipalARNs, nil) }, []string{
			`pullPrincipalArns[1]: Required value: must be the ARN of a role`,
		}},
		{"numbers", func(a *registry.Args) { a.KeepImages, a.UntaggedDays = -1, -7 }, []string{
			`keepImages: Invalid value: -1: must be at least 1`,
			`untaggedDays: Invalid value: -7: must be at least 1`,
		}},
		{"prefix", func(a *registry.Args) { a.Prefix = "mlops/" }, []string{
			`prefix: Invalid value: "mlops/": ` + nameRule,
		}},
		{"names", func(a *registry.Args) {
			a.Repositories = []registry.Repository{
				{Name: ""}, {Name: "Inference"}, {Name: "a--b"}, {Name: "/a"}, {Name: "1a"}, {Name: "good"}, {Name: "good"},
			}
		}, []string{
			`repositories[0].name: Required value: must name the repository`,
			`repositories[1].name: Invalid value: "Inference": ` + nameRule,
			`repositories[2].name: Invalid value: "a--b": ` + nameRule,
			`repositories[3].name: Invalid value: "/a": ` + nameRule,
			`repositories[4].name: Invalid value: "1a": ` + nameRule,
			`repositories[6].name: Duplicate value: "good"`,
		}},
		{"name too long with the prefix", func(a *registry.Args) { a.Repositories = []registry.Repository{{Name: long}} }, []string{
			`repositories[0].name: Invalid value: "` + long + `": must make, with the prefix, a name of 2 to 256 characters, not 258`,
		}},
		{"name too short", func(a *registry.Args) { a.Prefix, a.Repositories = "", []registry.Repository{{Name: "a"}} }, []string{
			`repositories[0].name: Invalid value: "a": must make, with the prefix, a name of 2 to 256 characters, not 1`,
		}},
		{"tenants", func(a *registry.Args) { a.Repositories[1].Tenants = []string{"nlp", "nlp", "NLP", ""} }, []string{
			`repositories[1].tenants[1]: Duplicate value: "nlp"`,
			`repositories[1].tenants[2]: Invalid value: "NLP": ` + tenantRule,
			`repositories[1].tenants[3]: Invalid value: "": ` + tenantRule,
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			args := valid.Registry()
			test.change(args)
			record, err := runErr(args)
			require.ErrorContains(t, err, `registry "images": `+pulumitest.Faults(test.want...)+"\n")
			assert.Empty(t, record.OfType(registry.Token), "nothing is registered")
		})
	}
}

func TestReportsAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := runErr(nil)
	require.ErrorContains(t, err, `registry "images": `+pulumitest.Faults(
		`accountId: Required value: must be the AWS account to build in`,
		`repositories: Required value: must have at least one repository`,
	)+"\n")
}

func runErr(args *registry.Args) (*pulumitest.Recorder, error) {
	return pulumitest.RunErr(func(ctx *pulumi.Context) error {
		_, err := registry.New(ctx, "images", args)
		return err
	})
}
