package registry_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/registry"
	"github.com/mlops-iac/mlops/components/registry/spec"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/registry"
)

const (
	nameRule   = "must be 2 to 128 of a-z, 0-9 and single . _ - / between them, starting with a letter"
	tenantRule = "must be the name of a tenant: at most 40 of a-z, 0-9 and '-', first and last not '-'"
)

var long = strings.Repeat("a", 129)

// wrongValues are arguments that must be refused, each with its message.
var wrongValues = []struct {
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
		`keepImages: Invalid value: -1: must be 1 to 10000`,
		`untaggedDays: Invalid value: -7: must be at least 1`,
	}},
	{"protected tags", func(a *registry.Args) { a.ProtectedTagPrefix = ".v" }, []string{
		`protectedTagPrefix: Invalid value: ".v": must be 1 to 64 of a-z, A-Z, 0-9 and _ . -, first none of . -`,
	}},
	{"prefix", func(a *registry.Args) { a.Prefix = "mlops/" }, []string{
		`prefix: Invalid value: "mlops/": must be lower-case letters and digits joined by single . _ - or /, beginning with a letter`,
	}},
	{"names", func(a *registry.Args) {
		a.Repositories = []spec.Repository{
			{Name: ""}, {Name: "Inference"}, {Name: "a--b"}, {Name: "/a"}, {Name: "1a"}, {Name: "good"}, {Name: "good"},
		}
	}, []string{
		`repositories[0].name: Required value: the name of the repository`,
		`repositories[1].name: Invalid value: "Inference": ` + nameRule,
		`repositories[2].name: Invalid value: "a--b": ` + nameRule,
		`repositories[3].name: Invalid value: "/a": ` + nameRule,
		`repositories[4].name: Invalid value: "1a": ` + nameRule,
		`repositories[6].name: Duplicate value: "good"`,
	}},
	{"name too long", func(a *registry.Args) { a.Repositories = []spec.Repository{{Name: long}} }, []string{
		`repositories[0].name: Invalid value: "` + long + `": ` + nameRule,
	}},
	{"name too long with the prefix", func(a *registry.Args) { a.Prefix = long + long }, []string{
		`repositories[0].name: Invalid value: "inference": must make, with the prefix, a name of at most 256 characters, not 268`,
		`repositories[1].name: Invalid value: "training/base": must make, with the prefix, a name of at most 256 characters, not 272`,
	}},
	{"name too short", func(a *registry.Args) { a.Repositories = []spec.Repository{{Name: "a"}} }, []string{
		`repositories[0].name: Invalid value: "a": ` + nameRule,
	}},
	{"tenants", func(a *registry.Args) { a.Repositories[1].Tenants = []string{"nlp", "nlp", "NLP", ""} }, []string{
		`repositories[1].tenants[1]: Duplicate value: "nlp"`,
		`repositories[1].tenants[2]: Invalid value: "NLP": ` + tenantRule,
		`repositories[1].tenants[3]: Invalid value: "": ` + tenantRule,
	}},
}

func TestRejectsWrongArgs(t *testing.T) {
	t.Parallel()
	for _, test := range wrongValues {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			args := valid.Registry()
			test.change(args)
			record, err := runErr(args)
			require.ErrorContains(t, err, `registry "images": `+harness.Errors(test.want...)+"\n")
			assert.Empty(t, record.OfType(registry.Token), "nothing is registered")
		})
	}
}

func TestReportsAllErrorsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := runErr(nil)
	require.ErrorContains(t, err, `registry "images": `+harness.Errors(
		`accountId: Required value: must be the AWS account to build in`,
		`repositories: Required value: at least one repository`,
	)+"\n")
}

func runErr(args *registry.Args) (*harness.Recorder, error) {
	return harness.RunErr(harness.Program(registry.New, "images", args))
}
