package awsvalues

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/components/workloadidentity"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/workloadidentity"
)

const (
	roleType   = "aws:iam/role:Role"
	policyType = "aws:iam/rolePolicy:RolePolicy"
)

// roleCase is a wrong argument of an identity.
func roleCase(name, message, property string, value any, change func(*workloadidentity.Args)) Case {
	return Case{
		Name: name, Args: args(valid.WorkloadIdentity, change, workloadidentity.New),
		Message: message, Type: roleType, Property: property, Value: value,
	}
}

// statementCase is a wrong statement of a policy; document is what IAM would see.
func statementCase(name, message, document string, change func(*iampolicy.Statement)) Case {
	c := roleCase(name, message, "policy", document, func(a *workloadidentity.Args) { change(&a.Statements[0]) })
	c.Type = policyType
	return c
}

func sessionCase(name string, seconds int) Case {
	return roleCase(name, fmt.Sprintf("maxSessionDuration: Invalid value: %d: must be 3600 to 43200 seconds", seconds),
		"maxSessionDuration", seconds, func(a *workloadidentity.Args) { a.MaxSessionDuration = seconds })
}

func identityCases() []Case {
	long := strings.Repeat("w", 52)
	const alias = "arn:aws:iam::111111111111:role/boundary"
	cases := []Case{
		sessionCase("a session of a minute", 60),
		sessionCase("a session of thirteen hours", 13*60*60),
		roleCase("a role for a permissions boundary", `permissionsBoundaryArn: Invalid value: "`+alias+`": must be the ARN of an IAM policy`,
			"permissionsBoundary", alias, func(a *workloadidentity.Args) { a.PermissionsBoundaryARN = alias }),
		{
			Name:    "a component whose role has a name longer than IAM allows",
			Args:    named(long, valid.WorkloadIdentity, func(*workloadidentity.Args) {}, workloadidentity.New),
			Message: "name: Too long: may not be more than 51 bytes", Type: roleType, Property: "name", Value: long + "-role-1234567",
		},
		{
			Name: "a user for the role of a pod",
			Args: args(valid.Association, func(a *workloadidentity.AssociationArgs) {
				a.RoleARN = pulumi.String("arn:aws:iam::111111111111:user/ada")
			}, workloadidentity.Associate),
			Message: `roleArn: Invalid value: "arn:aws:iam::111111111111:user/ada": must be the ARN of an IAM role`,
			Type:    "aws:eks/podIdentityAssociation:PodIdentityAssociation", Property: "roleArn", Value: "arn:aws:iam::111111111111:user/ada",
		},
		{
			Name: "a managed policy by name alone",
			Args: args(valid.WorkloadIdentity, func(a *workloadidentity.Args) {
				a.ManagedPolicyARNs = []string{"AmazonS3ReadOnlyAccess"}
			}, workloadidentity.New),
			Message: `managedPolicyArns[0]: Invalid value: "AmazonS3ReadOnlyAccess": must be the ARN of an IAM policy`,
			Type:    "aws:iam/rolePolicyAttachment:RolePolicyAttachment", Property: "policyArn", Value: "AmazonS3ReadOnlyAccess",
		},
	}
	eleven := make([]string, 11)
	for i := range eleven {
		eleven[i] = fmt.Sprintf("arn:aws:iam::111111111111:policy/part-%02d", i)
	}
	cases = append(cases, Case{
		Name: "more managed policies than a role may have",
		Args: args(valid.WorkloadIdentity, func(a *workloadidentity.Args) { a.ManagedPolicyARNs = eleven }, workloadidentity.New),
		Stop: Nowhere, Reason: "ten is a quota that AWS raises on request, and counts over all attachments of the role",
	})
	return append(cases, policyCases()...)
}

func policyCases() []Case {
	document := func(statement string) string { return `{"Version":"2012-10-17","Statement":[` + statement + `]}` }
	big := make([]string, 300)
	for i := range big {
		big[i] = fmt.Sprintf("arn:aws:s3:::a-bucket-with-a-name-%03d/*", i)
	}
	without := roleCase("a policy without statements", "statements: Required value: or managedPolicyArns", "policy", document(""),
		func(a *workloadidentity.Args) { a.Statements = nil })
	without.Type = policyType
	return []Case{
		without,
		statementCase("a statement without actions", "statements[0].actions: Required value",
			document(`{"Effect":"Allow","Resource":"*"}`), func(s *iampolicy.Statement) { s.Actions = nil }),
		statementCase("a policy as text for a resource", `statements[0].resources[0]: Invalid value: "{not JSON": must be an ARN or *`,
			"{not JSON", func(s *iampolicy.Statement) { s.Resources = iampolicy.Strings("{not JSON") }),
		statementCase("a bucket's name for a resource", `statements[0].resources[0]: Invalid value: "logs/*": must be an ARN or *`,
			document(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"logs/*"}`),
			func(s *iampolicy.Statement) { s.Resources = iampolicy.Strings("logs/*") }),
		statementCase("an action without a service", `statements[0].actions[0]: Invalid value: "GetObject": must be a service and an action`,
			document(`{"Effect":"Allow","Action":"GetObject","Resource":"*"}`),
			func(s *iampolicy.Statement) { s.Actions = []string{"GetObject"} }),
		statementCase("an effect that does not exist", `statements[0].effect: Unsupported value: "Permit"`,
			document(`{"Effect":"Permit","Action":"s3:GetObject","Resource":"*"}`), func(s *iampolicy.Statement) { s.Effect = "Permit" }),
		statementCase("a statement id with spaces", `statements[0].sid: Invalid value: "Read logs": must be letters and digits only`,
			document(`{"Sid":"Read logs","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`),
			func(s *iampolicy.Statement) { s.Sid = "Read logs" }),
		statementCase("a policy longer than IAM allows", "statements: Too long: may not be more than 10240 bytes",
			document(`{"Effect":"Allow","Action":"s3:GetObject","Resource":["`+strings.Join(big, `","`)+`"]}`),
			func(s *iampolicy.Statement) { s.Resources = iampolicy.Strings(big...) }),
	}
}
