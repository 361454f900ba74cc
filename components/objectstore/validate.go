package objectstore

import (
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/known"
	"github.com/mlops-iac/mlops/components/objectstore/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/tags"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// maxNameLength is what S3's 63 characters leave for the component's name in the
// longest name of a bucket, "<name>-access-logs-<7 random characters>". IAM's 64
// leave one more for "-replication".
const maxNameLength = 63 - len("-"+logSuffix) - 8

// reservedPrefixes begin names of buckets that S3 keeps for itself.
var reservedPrefixes = []string{"xn--", "sthree-", "amzn-s3-demo-"}

var namePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// validate checks the plain arguments and the component's name, from which the
// bucket names are made, and reports all errors at once.
func (a *Args) validate(name string) error {
	list := validateName(name)
	list = append(list, a.place().Check()...)
	list = append(list, tags.Check(field.NewPath("tags"), a.Tags)...)
	list = append(list, a.ObjectStore.Check(nil)...)
	if a.Protect && a.ForceDestroy {
		list = append(list, field.Forbidden(field.NewPath("forceDestroy"), "contradicts protect"))
	}
	list = append(list, a.Replication.validate(field.NewPath("replication"), a.place())...)
	return validation.ToError("", list)
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

// validate checks the destinations that are given as plain text.
func (r *Replication) validate(path *field.Path, place awsenv.Place) field.ErrorList {
	if r == nil {
		return nil
	}
	var list field.ErrorList
	buckets, key := path.Child("destinationBucketArns"), path.Child("destinationKeyArn")
	if len(r.DestinationBucketARNs) == 0 {
		list = append(list, field.Required(buckets, "the ARN of the copy of at least one bucket"))
	}
	for role, input := range r.DestinationBucketARNs {
		if input == nil {
			list = append(list, field.Required(buckets.Key(string(role)), "the ARN of the destination bucket"))
		}
		arn, plain := known.Text(input)
		if plain || !validation.IsSupported(role) {
			list = append(list, spec.CheckDestinationBucket(path, role, arn, place)...)
		}
	}
	if r.DestinationKeyARN == nil {
		list = append(list, field.Required(key, "the ARN of the KMS key that encrypts the copies"))
	}
	if arn, plain := known.Text(r.DestinationKeyARN); plain {
		list = append(list, spec.CheckDestinationKey(path, arn, place)...)
	}
	return list
}
