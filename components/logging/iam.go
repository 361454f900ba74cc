package logging

import (
	"cmp"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

// Writer says whose groups somebody may write to.
type Writer struct {
	// Prefix is that of the groups; required.
	Prefix string
	// AccountID and Region are where the groups are; required.
	AccountID, Region string
	// Partition is the AWS partition; default the one Region lies in.
	Partition string
}

// Statements let Fluent Bit write to the groups of a stack, and to no other
// group. It may not make a group: one that it made would be kept for ever, and
// under no key of ours. So the groups of tenants can be named by their common
// beginning, and the policy has one size however many they are; a policy of a
// role ends at 10,240 characters.
func Statements(w Writer) []iampolicy.Statement {
	place := awsenv.Place{
		Partition: cmp.Or(w.Partition, awsenv.PartitionOf(w.Region)), Region: w.Region, AccountID: w.AccountID,
	}
	groups := GroupsOf(w.Prefix)
	return []iampolicy.Statement{{
		Sid:     "WriteLogs",
		Actions: []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
		Resources: iampolicy.Strings(
			place.ARN("logs", "log-group:"+groups.Platform+":*"),
			place.ARN("logs", "log-group:"+groups.Tenant("*")+":*"),
		),
	}}
}
