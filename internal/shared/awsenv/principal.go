package awsenv

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
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

// IsPrincipal says whether the text is the ARN of an IAM role or user, or the end
// of one that PrincipalARN completes.
func IsPrincipal(text string) bool {
	_, ok := ParsePrincipal(Place{Partition: Commercial, AccountID: "000000000000"}.PrincipalARN(text))
	return ok
}

// PrincipalARN completes "role/name" or "user/name" with the partition and account
// of the place. Anything else stays as it is.
func (p Place) PrincipalARN(text string) string {
	if !strings.HasPrefix(text, "role/") && !strings.HasPrefix(text, "user/") {
		return text
	}
	return "arn:" + p.Partition + ":iam::" + p.AccountID + ":" + text
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

// CheckPrincipal reports the ARN of anything but an IAM principal of the given
// kinds in the partition and account of the place. An account id that is itself
// wrong is not compared.
func (p Place) CheckPrincipal(path *field.Path, arn string, kinds ...string) field.ErrorList {
	principal, ok := ParsePrincipal(arn)
	switch {
	case !ok || !slices.Contains(kinds, principal.Kind):
		return field.ErrorList{field.Invalid(path, arn, fmt.Sprintf(
			"must be the ARN of an IAM %s, not of a session, a group or the account itself", strings.Join(kinds, " or ")))}
	case principal.Partition != p.Partition:
		return field.ErrorList{field.Invalid(path, arn, "must be in partition "+p.Partition)}
	case IsAccountID(p.AccountID) && principal.AccountID != p.AccountID:
		return field.ErrorList{field.Invalid(path, arn, "must be in account "+p.AccountID)}
	}
	return nil
}
