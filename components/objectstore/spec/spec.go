// Package spec holds the settings of an object store as plain values, in the
// words of a stack file: its buckets, how long versions and logs are kept, where
// copies go, and what S3 would refuse. It knows nothing of Pulumi.
package spec

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// Role says what a bucket holds. It is part of the bucket's Pulumi name.
type Role string

// The roles, one bucket each.
const (
	// Raw holds data as it arrived.
	Raw Role = "raw"
	// Processed holds features and other derived data.
	Processed Role = "processed"
	// Models holds model artefacts.
	Models Role = "models"
)

// Roles lists the buckets of an object store in a fixed order.
func Roles() []Role { return []Role{Raw, Processed, Models} }

// Values lists what is supported.
func (Role) Values() []string {
	values := make([]string, len(Roles()))
	for i, role := range Roles() {
		values[i] = string(role)
	}
	return values
}

// ObjectStore is the set of buckets raw, processed and models.
type ObjectStore struct {
	// NoncurrentVersionDays is how long an overwritten or deleted version can be restored, 1 to 3653.
	NoncurrentVersionDays int `json:"noncurrentVersionDays" pulumi:"noncurrentVersionDays" unit:"days"`
	// AccessLogRetentionDays is how long access logs are kept, 1 to 3653.
	AccessLogRetentionDays int `json:"accessLogRetentionDays" pulumi:"accessLogRetentionDays" only:"aws" unit:"days"`
	// ForceDestroy lets a destroy delete buckets that still hold objects.
	ForceDestroy bool `json:"forceDestroy" pulumi:"forceDestroy" only:"aws"`
}

const (
	// DefaultNoncurrentVersionDays is a month to notice and undo a bad overwrite.
	DefaultNoncurrentVersionDays = 30
	// DefaultAccessLogRetentionDays is a quarter, the span an access review looks back on.
	DefaultAccessLogRetentionDays = 90
)

// maxDays is ten years; longer is an archive, not a way back.
const maxDays = 3653

// Default returns what an object store has unless it is told otherwise.
func Default() ObjectStore {
	return ObjectStore{
		NoncurrentVersionDays:  DefaultNoncurrentVersionDays,
		AccessLogRetentionDays: DefaultAccessLogRetentionDays,
	}
}

// Check reports numbers of days out of range.
func (o ObjectStore) Check(path *field.Path) field.ErrorList {
	return append(CheckNoncurrentVersionDays(path.Child("noncurrentVersionDays"), o.NoncurrentVersionDays),
		validation.Between(path.Child("accessLogRetentionDays"), o.AccessLogRetentionDays, 1, maxDays)...)
}

// CheckNoncurrentVersionDays is the rule for every object store, in S3 or in a
// cluster.
func CheckNoncurrentVersionDays(path *field.Path, days int) field.ErrorList {
	return validation.Between(path, days, 1, maxDays)
}
