package minio

import (
	"regexp"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/datastore"
	objectstorespec "github.com/mlops-iac/mlops/components/objectstore/spec"
	"github.com/mlops-iac/mlops/components/tenant/spec"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// bucketPattern is what S3 and MinIO accept, without dots, which break TLS for
// addresses that begin with the name of the bucket.
var bucketPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`)

// validate checks the plain arguments and reports all errors at once.
func (a *Args) validate() error {
	list := a.MinIO.Check(nil)
	list = append(list, objectstorespec.CheckNoncurrentVersionDays(field.NewPath("noncurrentVersionDays"), a.NoncurrentVersionDays)...)
	list = append(list, datastore.CheckNamespace(a.Namespace)...)
	list = append(list, a.DNS.Check(field.NewPath("dns"))...)
	list = append(list, datastore.CheckStorageClass(a.StorageClass)...)
	list = append(list, datastore.CheckNodeSelector(a.NodeSelector)...)
	for i, bucket := range a.Buckets {
		path := field.NewPath("buckets").Index(i)
		if !bucketPattern.MatchString(bucket) {
			list = append(list, field.Invalid(path, bucket, "must be 3 to 63 of a-z, 0-9 and '-', first and last not '-'"))
		}
		if slices.Index(a.Buckets, bucket) < i {
			list = append(list, field.Duplicate(path, bucket))
		}
	}
	return validation.ToError("", list)
}

func (a *AccountArgs) validate() error {
	list := spec.CheckName(field.NewPath("tenant"), a.Tenant)
	if !a.Store.complete() {
		list = append(list, field.Required(field.NewPath("store"), "the Ref of the store the account is made in"))
	}
	return validation.ToError("", list)
}
