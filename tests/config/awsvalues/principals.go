package awsvalues

import (
	"fmt"
	"strings"

	"github.com/mlops-iac/mlops/components/cluster"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/cluster"
)

const accessEntryType = "aws:eks/accessEntry:AccessEntry"

// adminCase is a wrong administrator of the cluster, as the third of three.
func adminCase(name, arn, rule string) Case {
	admins := []any{"arn:aws:iam::111111111111:role/mlops-deploy", "arn:aws:iam::111111111111:role/platform-admin", arn}
	return Case{
		Name: name, Settings: set("cluster.adminPrincipalArns", admins),
		Message: fmt.Sprintf("cluster.adminPrincipalArns[2]: Invalid value: %q: %s", arn, rule),
		Type:    accessEntryType, Property: "principalArn", Value: arn,
	}
}

func principalCases() []Case {
	const kind = "must be the ARN of an IAM role or user, not of a session, a group or the account itself"
	session := "arn:aws:sts::111111111111:assumed-role/platform-admin/ada"
	return []Case{
		adminCase("a session as administrator", session, kind),
		adminCase("a group as administrator", "arn:aws:iam::111111111111:group/admins", kind),
		adminCase("the account as administrator", "arn:aws:iam::111111111111:root", kind),
		adminCase("a policy as administrator", "arn:aws:iam::aws:policy/AdministratorAccess", kind),
		adminCase("an administrator without an account", "arn:aws:iam:::role/ada", kind),
		adminCase("an administrator without a name", "arn:aws:iam::111111111111:role/", kind),
		adminCase("an administrator by name alone", "platform-admin", kind),
		adminCase("a role with a name longer than IAM allows", "arn:aws:iam::111111111111:role/"+strings.Repeat("r", 65), kind),
		adminCase("an administrator of another partition", "arn:aws-us-gov:iam::111111111111:role/ada", "must be in partition aws"),
		adminCase("an administrator of another account", "arn:aws:iam::222222222222:role/ada", "must be in account 111111111111"),
		{
			Name:    "a session as administrator of a cluster component",
			Args:    args(valid.Cluster, func(a *cluster.Args) { a.AdminPrincipalARNs[1] = session }, cluster.New),
			Message: `adminPrincipalArns[1]: Invalid value: "` + session + `": ` + kind,
			Type:    accessEntryType, Property: "principalArn", Value: session,
		},
	}
}
