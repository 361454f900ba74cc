package objectstore

import (
	"regexp"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/faults"
)

// maxNameLength is what IAM's 64 characters leave for the component's name in
// the longest physical name, "<name>-replication-<7 random characters>".
const maxNameLength = 64 - len("-replication") - 8

var namePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// validate checks the plain arguments and the component's name, from which the
// bucket names are made, and reports all faults at once.
func (a *Args) validate(name string) error {
	list := validateName(name)
	list = append(list, a.place().Check()...)
	if a.NoncurrentDays < 1 {
		list = append(list, field.Invalid(field.NewPath("noncurrentDays"), a.NoncurrentDays, "must be at least 1 day"))
	}
	if a.AccessLogDays < 1 {
		list = append(list, field.Invalid(field.NewPath("accessLogDays"), a.AccessLogDays, "must be at least 1 day"))
	}
	if a.Protect && a.ForceDestroy {
		list = append(list, field.Forbidden(field.NewPath("forceDestroy"), "contradicts protect"))
	}
	list = append(list, a.Replication.validate(field.NewPath("replication"))...)
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
	return list
}

func (r *Replication) validate(path *field.Path) field.ErrorList {
	if r == nil {
		return nil
	}
	var list field.ErrorList
	buckets := path.Child("destinationBucketArns")
	if len(r.DestinationBucketARNs) == 0 {
		list = append(list, field.Required(buckets, "name at least one bucket, or leave replication out"))
	}
	for role, arn := range r.DestinationBucketARNs {
		if !slices.Contains(Roles(), role) {
			list = append(list, field.NotSupported(buckets.Key(string(role)), role, Roles()))
		}
		if arn == nil {
			list = append(list, field.Required(buckets.Key(string(role)), "the ARN of the destination bucket"))
		}
	}
	if r.DestinationKeyARN == nil {
		list = append(list, field.Required(path.Child("destinationKeyArn"), "the key that encrypts the copies"))
	}
	return list
}
