// Package iam_test puts the IAM policies of whole stacks before an evaluator of IAM's
// grammar, @cloud-copilot/iam-simulate, and asks who may do what to whom. What AWS's own
// managed policies allow is not among them: they are AWS's, and listed by name.
package iam_test

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/platform"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/tests/harness"
	validstack "github.com/mlops-iac/mlops/tests/harness/valid/stack"
)

// checkout is where the stack files are.
var checkout = filepath.Join("..", "..", "..", "..")

// stacks are those on AWS.
func stacks() []string { return []string{"dev", "staging", "prod"} }

// account is what a stack puts into an AWS account, as far as IAM looks at it.
type account struct {
	ID, Region string
	Cluster    string // its ARN
	// Roles are by their names.
	Roles map[string]*role
	// Guarded are the policies of resources, by the ARNs of these.
	Guarded map[string]any
	// Database and Secret are the resource id of the database and the ARN of its master's secret.
	Database, Secret string

	mu sync.Mutex
	// arns are those of the resources of a type, by their Pulumi names.
	arns map[string]map[string]string
}

// role is one with its inline policies.
type role struct {
	Name, ARN string
	Trust     any
	Policies  []policy
	// Managed are the policies of AWS, Sessions the service accounts, each as namespace/name.
	Managed, Sessions []string
}

type policy struct {
	Name   string `json:"name"`
	Policy any    `json:"policy"`
}

// Types with policies, or that policies are about.
const (
	bucketType     = "aws:s3/bucketV2:BucketV2"
	keyType        = "aws:kms/key:Key"
	roleType       = "aws:iam/role:Role"
	logGroupType   = "aws:cloudwatch/logGroup:LogGroup"
	repositoryType = "aws:ecr/repository:Repository"
	instanceType   = "aws:rds/instance:Instance"
)

// realARNs gives resources ARNs of the form that AWS gives them: the evaluator holds
// them against the forms that an action can be about.
func (a *account) realARNs() []harness.Option {
	var options []harness.Option
	for token, form := range map[string]string{
		bucketType: "arn:aws:s3:::NAME", roleType: "arn:aws:iam::ID:role/NAME", keyType: "arn:aws:kms:REGION:ID:key/NAME",
		logGroupType: "arn:aws:logs:REGION:ID:log-group:NAME", repositoryType: "arn:aws:ecr:REGION:ID:repository/NAME",
	} {
		a.arns[token] = map[string]string{}
		options = append(options, harness.WithOutputs(token, func(name string, inputs resource.PropertyMap) resource.PropertyMap {
			own := nameOf(token, name, inputs)
			arn := strings.NewReplacer("NAME", own, "ID", a.ID, "REGION", a.Region).Replace(form)
			a.mu.Lock()
			defer a.mu.Unlock()
			a.arns[token][name] = arn
			return resource.PropertyMap{"arn": resource.NewProperty(arn), "name": resource.NewProperty(own)}
		}))
	}
	return options
}

// nameOf is the name that a resource has in AWS.
func nameOf(token, name string, inputs resource.PropertyMap) string {
	key := resource.PropertyKey("name")
	if token == bucketType {
		key = "bucket"
	}
	if own := inputs[key]; own.IsString() {
		return own.StringValue()
	}
	return name
}

var (
	accounts   = map[string]*account{}
	accountsMu sync.Mutex
)

// accountOf is what a stack of the repository makes.
func accountOf(t *testing.T, stack string) *account {
	t.Helper()
	accountsMu.Lock()
	defer accountsMu.Unlock()
	if accounts[stack] == nil {
		accounts[stack] = build(t, stack)
	}
	return accounts[stack]
}

func build(t *testing.T, stack string) *account {
	t.Helper()
	values := validstack.Settings(t, checkout, stack)
	text, err := json.Marshal(values)
	require.NoError(t, err)
	parsed, err := settings.FromConfig(string(text), stack)
	require.NoError(t, err)
	a := &account{
		ID: parsed.AWS.AccountID, Region: parsed.AWS.Region, Roles: map[string]*role{}, Guarded: map[string]any{}, arns: map[string]map[string]string{},
	}
	options := append(validstack.Configured(t, stack, values), a.realARNs()...)
	record, err := harness.RunErr(platform.New(platform.Options{}), options...)
	require.NoError(t, err)
	a.read(t, record)
	return a
}

func (a *account) read(t *testing.T, record *harness.Recorder) {
	t.Helper()
	for _, r := range record.OfType(roleType) {
		name := nameOf(roleType, r.Name, r.Inputs)
		a.Roles[name] = &role{Name: name, ARN: a.arns[roleType][r.Name], Trust: harness.Document(t, r, "assumeRolePolicy")}
	}
	for _, r := range record.OfType("aws:iam/rolePolicy:RolePolicy") {
		to := a.role(t, r.Prop("role"))
		to.Policies = append(to.Policies, policy{r.Name, harness.Document(t, r, "policy")})
	}
	for _, r := range record.OfType("aws:iam/rolePolicyAttachment:RolePolicyAttachment") {
		to, arn := a.role(t, r.Prop("role")), r.Prop("policyArn").(string)
		require.True(t, strings.HasPrefix(arn, "arn:aws:iam::aws:policy/"), "%s attaches %s, which is no policy of AWS", r.Name, arn)
		to.Managed = append(to.Managed, arn[strings.LastIndex(arn, "/")+1:])
	}
	for _, r := range record.OfType("aws:eks/podIdentityAssociation:PodIdentityAssociation") {
		to := a.role(t, r.Prop("roleArn"))
		to.Sessions = append(to.Sessions, r.Prop("namespace").(string)+"/"+r.Prop("serviceAccount").(string))
	}
	for _, r := range record.OfType("aws:eks/addon:Addon") {
		associations, _ := r.Prop("podIdentityAssociations").([]any)
		for _, one := range associations {
			fields := one.(map[string]any)
			to := a.role(t, fields["roleArn"])
			to.Sessions = append(to.Sessions, "kube-system/"+fields["serviceAccount"].(string))
		}
	}
	a.readGuarded(t, record)
}

// role finds a role by its name, its ARN or its id.
func (a *account) role(t *testing.T, reference any) *role {
	t.Helper()
	for _, r := range a.Roles {
		if reference == r.Name || reference == r.ARN {
			return r
		}
	}
	name, isID := strings.CutSuffix(reference.(string), "-id")
	require.True(t, isID, "there is no role %v", reference)
	return a.role(t, a.arns[roleType][name])
}

// readGuarded reads the policies of buckets, keys and repositories, and what else
// questions are about.
func (a *account) readGuarded(t *testing.T, record *harness.Recorder) {
	t.Helper()
	for _, r := range record.OfType("aws:s3/bucketPolicy:BucketPolicy") {
		bucket, _ := r.Prop("bucket").(string)
		a.Guarded[a.arns[bucketType][strings.TrimSuffix(bucket, "-id")]] = harness.Document(t, r, "policy")
	}
	for _, r := range record.OfType(keyType) {
		a.Guarded[a.arns[keyType][r.Name]] = accountsOwn(a.ID)
		if _, own := r.Prop("policy").(string); own {
			a.Guarded[a.arns[keyType][r.Name]] = harness.Document(t, r, "policy")
		}
	}
	for _, r := range record.OfType("aws:ecr/repositoryPolicy:RepositoryPolicy") {
		for name, arn := range a.arns[repositoryType] {
			if strings.HasSuffix(arn, "repository/"+r.Prop("repository").(string)) {
				require.NotEmpty(t, name)
				a.Guarded[arn] = harness.Document(t, r, "policy")
			}
		}
	}
	instance := record.OfType(instanceType)
	require.Len(t, instance, 1)
	a.Database = "db-" + instance[0].Name
	a.Cluster = "arn:aws:eks:" + a.Region + ":" + a.ID + ":cluster/" + record.OfType("aws:eks/podIdentityAssociation:PodIdentityAssociation")[0].Prop("clusterName").(string)
	a.Secret = "arn:aws:secretsmanager:" + a.Region + ":" + harness.Account + ":secret:" + instance[0].Name
}

// accountsOwn is the policy of a key that names none: IAM decides.
func accountsOwn(id string) any {
	return map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
		"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Principal": map[string]any{"AWS": "arn:aws:iam::" + id + ":root"},
	}}}
}

// named are the ARNs of a type whose names end so, in their order.
func (a *account) named(token, suffix string) string {
	for _, name := range slices.Sorted(maps.Keys(a.arns[token])) {
		if strings.HasSuffix(name, suffix) {
			return a.arns[token][name]
		}
	}
	return ""
}
