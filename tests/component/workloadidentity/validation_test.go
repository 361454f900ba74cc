package workloadidentity_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/workloadidentity"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/workloadidentity"
)

// The texts of Kubernetes' own rules.
const (
	labelRule = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', " +
		"and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', " +
		"regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
	subdomainRule = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', " +
		"and must start and end with an alphanumeric character (e.g. 'example.com', " +
		`regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`
)

var longName = strings.Repeat("i", 52)

// wrongValues are arguments that must be refused, each with its message.
var wrongValues = map[string]struct {
	id   string
	args *workloadidentity.Args
	want []string
}{
	"nil args": {args: nil, want: []string{
		`clusterName: Required value: the cluster whose pods may assume the role`,
		`namespace: Invalid value: "": ` + labelRule,
		`serviceAccount: Invalid value: "": ` + subdomainRule,
		`statements: Required value: or managedPolicyArns: a role without permissions serves nobody`,
	}},
	"everything wrong": {args: &workloadidentity.Args{
		ClusterName: pulumi.String("cluster"), OIDC: &workloadidentity.OIDC{},
		Namespace: "kube_system", ServiceAccount: "a/b", AccountID: "42",
		Statements: []iampolicy.Statement{{
			Resources:  []pulumi.StringInput{nil},
			Principals: iampolicy.Anyone(),
		}},
		ManagedPolicyARNs:      []string{"ReadOnlyAccess", "arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/job-function/A"},
		PermissionsBoundaryARN: "boundary", MaxSessionDuration: 60,
	}, want: []string{
		`accountId: Invalid value: "42": must be 12 digits`,
		`managedPolicyArns[0]: Invalid value: "ReadOnlyAccess": must be the ARN of an IAM policy`,
		`managedPolicyArns[2]: Duplicate value: "arn:aws:iam::aws:policy/job-function/A"`,
		`maxSessionDuration: Invalid value: 60: must be 3600 to 43200 seconds`,
		`namespace: Invalid value: "kube_system": ` + labelRule,
		`oidc: Forbidden: only for mode irsa`,
		`permissionsBoundaryArn: Invalid value: "boundary": must be the ARN of an IAM policy`,
		`serviceAccount: Invalid value: "a/b": ` + subdomainRule,
		`statements[0].actions: Required value`,
		`statements[0].principals: Forbidden: the policy of a role has none`,
		`statements[0].resources: Required value: every resource must be given`,
	}},
	"shared with a service account": {args: change(valid.WorkloadIdentity(), func(a *workloadidentity.Args) { a.Shared = true }), want: []string{
		`namespace: Forbidden: a shared role belongs to no single service account`,
		`serviceAccount: Forbidden: a shared role belongs to no single service account`,
	}},
	"shared irsa": {args: change(valid.SharedWorkloadIdentity(), func(a *workloadidentity.Args) { a.Mode = workloadidentity.ModeIRSA }), want: []string{
		`oidc: Required value: mode irsa trusts the cluster's OIDC provider`,
		`shared: Forbidden: an irsa role trusts exactly one service account`,
	}},
	"empty provider": {args: change(valid.IRSAWorkloadIdentity(), func(a *workloadidentity.Args) { a.OIDC = &workloadidentity.OIDC{} }), want: []string{
		`oidc.issuer: Required value: the issuer URL of the provider`,
		`oidc.providerArn: Required value: the IAM OIDC provider`,
	}},
	"unknown mode": {args: change(valid.WorkloadIdentity(), func(a *workloadidentity.Args) { a.Mode = "magic" }), want: []string{
		`mode: Unsupported value: "magic": supported values: "podIdentity", "irsa"`,
	}},
	"long name": {id: longName, args: valid.WorkloadIdentity(), want: []string{`name: Too long: may not be more than 51 bytes`}},
}

func TestValidation(t *testing.T) {
	t.Parallel()
	for name, test := range wrongValues {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id := test.id
			if id == "" {
				id = "id"
			}
			var failed error
			record, err := harness.RunErr(func(ctx *pulumi.Context) error {
				_, failed = workloadidentity.New(ctx, id, test.args)
				return failed
			})
			require.Error(t, err)
			assert.EqualError(t, failed, `workload identity "`+id+`": `+harness.Errors(test.want...))
			assert.Empty(t, record.Resources(), "nothing is created before everything is valid")
		})
	}
}

func change(args *workloadidentity.Args, edit func(*workloadidentity.Args)) *workloadidentity.Args {
	edit(args)
	return args
}
