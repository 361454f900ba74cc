package cmk

import (
	"strings"

	"github.com/mlops-iac/mlops/components/iampolicy"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

// self is the resource of every statement: in a key policy "*" is the key the
// policy is attached to.
const self = "*"

// Account lets IAM policies of the account govern the key. Without it nobody
// could administer the key, and no service could be granted it.
func Account(sid string, place awsenv.Place) iampolicy.Statement {
	return iampolicy.Statement{
		Sid:        sid,
		Principals: iampolicy.Principals{iampolicy.AWS: iampolicy.Strings(place.Root())},
		Actions:    []string{"kms:*"},
		Resources:  iampolicy.Strings(self),
	}
}

// Logs lets CloudWatch encrypt one log group, or all whose names begin with
// logGroup when that ends in "*".
func Logs(sid string, place awsenv.Place, logGroup string) iampolicy.Statement {
	operator := "ArnEquals"
	if strings.HasSuffix(logGroup, "*") {
		operator = "ArnLike"
	}
	return iampolicy.Statement{
		Sid:        sid,
		Principals: iampolicy.Principals{iampolicy.Service: iampolicy.Strings(awsenv.Host("logs", place.Region))},
		Actions:    []string{"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"},
		Resources:  iampolicy.Strings(self),
		Conditions: iampolicy.Conditions{operator: {
			"kms:EncryptionContext:aws:logs:arn": iampolicy.Strings(place.ARN("logs", "log-group:"+logGroup)),
		}},
	}
}
