package awsenv

import (
	"regexp"
	"strings"
)

var principalPattern = regexp.MustCompile(
	`^arn:([a-z-]+):iam::([0-9]{12}):(role|user)/(?:[\w+=,.@-]+/)*([\w+=,.@-]{1,64})$`)

// Principal is an IAM role or user.
type Principal struct {
	Partition, AccountID string
	// Kind is "role" or "user".
	Kind string
	// Name is the name without the path.
	Name string
}

// ParsePrincipal reads the ARN of an IAM role or user. It refuses those of
// sessions, groups and the account itself, and names longer than IAM's 64
// characters.
func ParsePrincipal(arn string) (Principal, bool) {
	parts := principalPattern.FindStringSubmatch(arn)
	if parts == nil {
		return Principal{}, false
	}
	return Principal{Partition: parts[1], AccountID: parts[2], Kind: parts[3], Name: parts[4]}, true
}

// PrincipalKey identifies the principal of an ARN: IAM names are unique in an
// account whatever their path and case. It is empty for any other ARN.
func PrincipalKey(arn string) string {
	principal, ok := ParsePrincipal(arn)
	if !ok {
		return ""
	}
	return strings.ToLower(principal.AccountID + "-" + principal.Kind + "-" + principal.Name)
}

// IsRoleARN says whether the text is the ARN of an IAM role.
func IsRoleARN(text string) bool {
	principal, ok := ParsePrincipal(text)
	return ok && principal.Kind == "role"
}
