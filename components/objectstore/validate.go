package objectstore

import (
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/known"
	"github.com/mlops-iac/mlops/internal/awsenv"
	"github.com/mlops-iac/mlops/internal/faults"
	"github.com/mlops-iac/mlops/internal/tags"
)

// maxNameLength is what S3's 63 characters leave for the component's name in the
// longest name of a bucket, "<name>-access-logs-<7 random characters>". IAM's 64
// leave one more for "-replication".
const maxNameLength = 63 - len("-"+logSuffix) - 8

// reservedPrefixes begin names of buckets that S3 keeps for itself.
var reservedPrefixes = []string{"xn--", "sthree-", "amzn-s3-demo-"}

var namePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// validate checks the plain arguments and the component's name, from which the
// bucket names are made, and reports all faults at once.
func (a *Args) validate(name string) error {
	list := validateName(name)
	list = append(list, a.place().Check()...)
	list = append(list, tags.Check(field.NewPath("tags"), a.Tags)...)
	if a.NoncurrentDays < 1 {
		list = append(list, field.Invalid(field.NewPath("noncurrentDays"), a.NoncurrentDays, "must be at least 1 day"))
	}
	if a.AccessLogDays < 1 {
		list = append(list, field.Invalid(field.NewPath("accessLogDays"), a.AccessLogDays, "must be at least 1 day"))
	}
	if a.Protect && a.ForceDestroy {
		list = append(list, field.Forbidden(field.NewPath("forceDestroy"), "contradicts protect"))
	}
	list = append(list, a.Replication.validate(field.NewPath("replication"), a.Region)...)
	return faults.ToError("", list)
}

func validateName(name string) field.ErrorList {
	var list field.ErrorList
	path := field.NewPath("name")
	if !namePattern.MatchString(name) {
		list = append(list, field.Invalid(path, name, "must consist of a-z, 0-9 and '-' and begin with a letter or digit: bucket names are made from it"))
	}
	if len(name) > maxNameLength {
		list = append(list, field.TooLong(path, name, maxNameLength))
	}
	if slices.ContainsFunc(reservedPrefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) {
		list = append(list, field.Invalid(path, name, "must not begin with "+strings.Join(reservedPrefixes, ", ")+", which S3 keeps for itself"))
	}
	return list
}

func (r *Replication) validate(path *field.Path, region string) field.ErrorList {
	if r == nil {
		return nil
	}
	var list field.ErrorList
	buckets := path.Child("destinationBucketArns")
	if len(r.DestinationBucketARNs) == 0 {
		list = append(list, field.Required(buckets, "name at least one bucket, or leave replication out"))
	}
	for role, arn := range r.DestinationBucketARNs {
		at := buckets.Key(string(role))
		if arn == nil {
			list = append(list, field.Required(at, "the ARN of the destination bucket"))
		}
		if !slices.Contains(Roles(), role) {
			list = append(list, field.NotSupported(at, role, Roles()))
			continue
		}
		list = append(list, known.Check(at, arn, awsenv.IsBucketARN, "must be the ARN of a bucket")...)
	}
	if r.DestinationKeyARN == nil {
		list = append(list, field.Required(path.Child("destinationKeyArn"), "the key that encrypts the copies"))
	}
	list = append(list, known.Check(path.Child("destinationKeyArn"), r.DestinationKeyARN, func(key string) bool {
		arn, _ := awsenv.ParseARN(key)
		return awsenv.IsKeyARN(key) && arn.Region != region
	}, "must be the ARN of a KMS key in another region than "+region)...)
	return list
}
