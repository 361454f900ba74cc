// Package spec holds what a stack file says of Loki as plain values: how the one
// that is installed is sized, and where one that is there already listens. It
// knows nothing of Pulumi.
package spec

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// Loki is the size of a Loki.
type Loki struct {
	// RetentionDays is how long the installed one keeps records, 1 to 365.
	RetentionDays int `json:"retentionDays" pulumi:"retentionDays" unit:"days"`
	// StorageGiB is the size of its volume, 1 to 65536.
	StorageGiB int `json:"storageGiB" pulumi:"storageGiB" unit:"GiB" grows:"Kubernetes refuses to shrink a volume, half-way through the update; remove Loki with its records first"`
}

const (
	// DefaultRetentionDays is a week of logs.
	DefaultRetentionDays = 7
	// DefaultStorageGiB holds a week of a few tenants: Loki stores about a tenth
	// of what comes in.
	DefaultStorageGiB = 10
)

// maxRetentionDays is a year: what must be kept longer belongs in an archive.
const maxRetentionDays = 365

// Default returns what a Loki has unless it is told otherwise.
func Default() Loki { return Loki{RetentionDays: DefaultRetentionDays, StorageGiB: DefaultStorageGiB} }

// Check reports a retention that one pod is not made for, and a volume that no
// storage system offers.
func (l Loki) Check(path *field.Path) field.ErrorList {
	return slices.Concat(
		validation.Between(path.Child("retentionDays"), l.RetentionDays, 1, maxRetentionDays),
		validation.VolumeGiB(path.Child("storageGiB"), l.StorageGiB),
	)
}
