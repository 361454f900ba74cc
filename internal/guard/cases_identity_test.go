package guard_test

import (
	"testing"

	"github.com/mlops-iac/mlops/internal/guard"
)

const (
	iamPolicy = "aws:iam/policy:Policy"
	iamRole   = "aws:iam/role:Role"
)

func allow(actions, resources any) m {
	return m{"Effect": "Allow", "Action": actions, "Resource": resources}
}

func where(statement, condition m) m {
	statement["Condition"] = condition
	return statement
}

func granting(statements ...any) []guard.Resource {
	return one(iamPolicy, m{"policy": policy(statements...)})
}

func actionCases() []ruleCase {
	named := allow("s3:GetObject", "arn:aws:s3:::b/*")
	named["Sid"] = "Read"
	inverted := m{"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:s3:::b"}
	return []ruleCase{
		{"MLOPS-IAM-001", "everything", granting(allow("*", "arn:aws:s3:::b")), []string{"x: policy: statement 0 allows *"}},
		{"MLOPS-IAM-001", "service", granting(named, allow(l{"s3:*", "ec2:RunInstances"}, "x")), []string{"x: policy: statement 1 allows s3:*"}},
		{"MLOPS-IAM-001", "NotAction", granting(inverted), []string{"x: policy: statement 0 allows everything but some actions"}},
		{
			"MLOPS-IAM-001", "inline in a role",
			one(iamRole, m{"inlinePolicies": l{m{"policy": policy(allow("sqs:*", "q"))}}}),
			[]string{"x: inlinePolicies[0].policy: statement 0 allows sqs:*"},
		},
		{"MLOPS-IAM-001", "not JSON", one(iamPolicy, m{"policy": "nope"}), []string{"x: policy is not a policy document"}},
		{"MLOPS-IAM-001", "listed", granting(named), nil},
		{"MLOPS-IAM-001", "denied", granting(m{"Effect": "Deny", "Action": "*", "Resource": "*"}), nil},
		{"MLOPS-IAM-001", "single statement", one(iamPolicy, m{"policy": toJSON(m{"Statement": named})}), nil},
		{"MLOPS-IAM-001", "not decided", one(iamPolicy, m{"policy": guard.Unknown{}}), nil},
	}
}

func resourceCases() []ruleCase {
	scoped := m{"StringEquals": m{"aws:ResourceTag/project": "mlops"}}
	return []ruleCase{
		{
			"MLOPS-IAM-002", "every bucket", granting(allow(l{"s3:GetObject", "ecr:GetAuthorizationToken"}, "*")),
			[]string{"x: policy: statement 0 allows s3:GetObject on every resource"},
		},
		{"MLOPS-IAM-002", "wildcard in an ARN", granting(allow("s3:GetObject", "arn:aws:s3:::*")), []string{"x: policy: statement 0 allows s3:GetObject on every resource"}},
		{"MLOPS-IAM-002", "bucket and key", granting(allow("s3:GetObject", "arn:aws:s3:::*/*")), []string{"x: policy: statement 0 allows s3:GetObject on every resource"}},
		{
			"MLOPS-IAM-002", "NotResource", granting(m{"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::b"}),
			[]string{"x: policy: statement 0 allows everything but some resources"},
		},
		{
			"MLOPS-IAM-002", "condition that may be absent",
			granting(where(allow("ec2:RunInstances", "*"), m{"StringEqualsIfExists": m{"aws:ResourceTag/project": "mlops"}})),
			[]string{"x: policy: statement 0 allows ec2:RunInstances on every resource"},
		},
		{
			"MLOPS-IAM-002", "condition that holds without the key",
			granting(where(allow("ec2:RunInstances", "*"), m{"ForAllValues:StringEquals": m{"aws:ResourceTag/project": "mlops"}})),
			[]string{"x: policy: statement 0 allows ec2:RunInstances on every resource"},
		},
		{
			"MLOPS-IAM-002", "condition that most values meet",
			granting(where(allow("ec2:RunInstances", "*"), m{"StringNotEquals": m{"aws:ResourceTag/project": "mlops"}})),
			[]string{"x: policy: statement 0 allows ec2:RunInstances on every resource"},
		},
		{
			"MLOPS-IAM-002", "condition that the key is missing",
			granting(where(allow("ec2:RunInstances", "*"), m{"Null": m{"aws:ResourceTag/project": "true"}})),
			[]string{"x: policy: statement 0 allows ec2:RunInstances on every resource"},
		},
		{
			"MLOPS-IAM-002", "condition that narrows nothing",
			granting(where(allow("ec2:RunInstances", "*"), m{"StringLike": m{"aws:ResourceTag/project": "*"}})),
			[]string{"x: policy: statement 0 allows ec2:RunInstances on every resource"},
		},
		{"MLOPS-IAM-002", "tagged", granting(where(allow("ec2:RunInstances", "*"), scoped)), nil},
		{"MLOPS-IAM-002", "cannot be limited", granting(allow(l{"ecr:GetAuthorizationToken", "ec2:DescribeInstances"}, "*")), nil},
		{"MLOPS-IAM-002", "named", granting(allow("s3:GetObject", "arn:aws:s3:::b/*")), nil},
	}
}

func trustCases() []ruleCase {
	const oidc = "arn:aws:iam::1:oidc-provider/o"
	trust := func(condition m) []guard.Resource {
		return one(iamRole, m{"assumeRolePolicy": policy(m{
			"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": m{"Federated": oidc}, "Condition": condition,
		})})
	}
	const open = "x: statement 0 does not test the subject of the token"
	return []ruleCase{
		{"MLOPS-IAM-003", "attached", one("aws:iam/rolePolicyAttachment:RolePolicyAttachment", m{"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}), []string{"x: attaches AdministratorAccess"}},
		{"MLOPS-IAM-003", "in a role", one(iamRole, m{"managedPolicyArns": l{"arn:aws-cn:iam::aws:policy/IAMFullAccess"}}), []string{"x: attaches IAMFullAccess"}},
		{"MLOPS-IAM-003", "narrow", one("aws:iam/rolePolicyAttachment:RolePolicyAttachment", m{"policyArn": "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"}), nil},
		{"MLOPS-IAM-004", "key", one("aws:iam/accessKey:AccessKey", m{}), []string{"x: is a long-lived credential"}},
		{"MLOPS-IAM-004", "role", one(iamRole, m{}), nil},
		{"MLOPS-IAM-006", "audience only", trust(m{"StringEquals": m{"o:aud": "sts.amazonaws.com"}}), []string{open}},
		{"MLOPS-IAM-006", "every namespace", trust(m{"StringLike": m{"o:sub": "system:serviceaccount:*:*"}}), []string{open}},
		{"MLOPS-IAM-006", "one account", trust(m{"StringEquals": m{"o:sub": "system:serviceaccount:vision:api"}}), nil},
	}
}

func principalCases() []ruleCase {
	open := m{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
	mine := m{"Effect": "Allow", "Principal": m{"AWS": l{"*"}}, "Action": "s3:GetObject", "Resource": "r", "Condition": m{"StringEquals": m{"aws:PrincipalOrgID": "o-1"}}}
	root := m{"Effect": "Allow", "Principal": m{"AWS": "arn:aws:iam::111111111111:root"}, "Action": "kms:*", "Resource": "*"}
	user := m{"Effect": "Allow", "Principal": m{"AWS": "arn:aws:iam::111111111111:role/x"}, "Action": "kms:*", "Resource": "*"}
	service := m{"Effect": "Allow", "Principal": m{"Service": "logs.amazonaws.com"}, "Action": "kms:Decrypt", "Resource": "*"}
	both := m{"Effect": "Allow", "Principal": m{"AWS": "arn:aws:iam::111111111111:root", "Service": "logs.amazonaws.com"}, "Action": "kms:*", "Resource": "*"}
	return []ruleCase{
		{"MLOPS-IAM-005", "bucket", one(bucketPolicy, m{"policy": policy(open)}), []string{"x: statement 0 allows everyone"}},
		{"MLOPS-IAM-005", "trust", one(iamRole, m{"assumeRolePolicy": m{"Statement": l{m{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": m{"AWS": "*"}}}}}), []string{"x: statement 0 allows everyone"}},
		{"MLOPS-IAM-005", "all but one", one(bucketPolicy, m{"policy": policy(m{"Effect": "Allow", "NotPrincipal": m{"AWS": "a"}, "Action": "s3:GetObject"})}), []string{"x: statement 0 allows everyone"}},
		{"MLOPS-IAM-005", "organisation", one(bucketPolicy, m{"policy": policy(mine, denyHTTP())}), nil},
		{"MLOPS-IAM-005", "no policy", one("aws:sns/topic:Topic", m{}), nil},
		{"MLOPS-KMS-002", "role", one(key, m{"policy": policy(root, user)}), []string{"x: statement 1 allows kms:* to others than the account"}},
		{"MLOPS-KMS-002", "account and service", one(key, m{"policy": policy(both)}), []string{"x: statement 0 allows kms:* to others than the account"}},
		{"MLOPS-KMS-002", "account", one(key, m{"policy": policy(root, service)}), nil},
	}
}

func TestIdentityRules(t *testing.T) {
	t.Parallel()
	for _, cases := range [][]ruleCase{actionCases(), resourceCases(), trustCases(), principalCases()} {
		runCases(t, cases)
	}
}
