package awsenv

import (
	"regexp"
	"strings"
)

// arnParts is how many parts the colons of an ARN make; the last may hold more.
const arnParts = 6

// ARN is the name of an AWS resource in its parts.
type ARN struct {
	Partition, Service, Region, AccountID string
	// Resource is the rest, such as "key/1234" or "role/admin".
	Resource string
}

// ParseARN reads any ARN. It does not check the parts.
func ParseARN(text string) (ARN, bool) {
	parts := strings.SplitN(text, ":", arnParts)
	if len(parts) != arnParts || parts[0] != "arn" || parts[1] == "" || parts[2] == "" || parts[5] == "" {
		return ARN{}, false
	}
	return ARN{Partition: parts[1], Service: parts[2], Region: parts[3], AccountID: parts[4], Resource: parts[5]}, true
}

var (
	keyPattern    = regexp.MustCompile(`^key/[A-Za-z0-9-]+$`)
	bucketPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	topicPattern  = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)
)

// IsKeyARN says whether the text is the ARN of a KMS key, and not of an alias.
func IsKeyARN(text string) bool {
	arn, ok := ParseARN(text)
	return ok && arn.isRegional("kms") && keyPattern.MatchString(arn.Resource)
}

// IsBucketARN says whether the text is the ARN of an S3 bucket, and not of
// objects in it.
func IsBucketARN(text string) bool {
	arn, ok := ParseARN(text)
	return ok && arn.Service == "s3" && arn.Region == "" && arn.AccountID == "" && bucketPattern.MatchString(arn.Resource)
}

// TopicRule says what IsTopicARN demands.
const TopicRule = "must be the ARN of a standard SNS topic"

// IsTopicARN says whether the text is the ARN of a standard SNS topic. FIFO
// topics, whose names end in ".fifo", take no alarms and no budgets.
func IsTopicARN(text string) bool {
	arn, ok := ParseARN(text)
	return ok && arn.isRegional("sns") && topicPattern.MatchString(arn.Resource)
}

// isRegional says whether the ARN names a resource of a service in a region of
// an account. Neither partition nor region need be known here.
func (a ARN) isRegional(service string) bool {
	return a.Service == service && a.Region != "" && IsAccountID(a.AccountID)
}
