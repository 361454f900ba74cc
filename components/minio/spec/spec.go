// Package spec holds the settings of an object store inside a cluster as plain
// values, in the words of a stack file. It knows nothing of Pulumi.
package spec

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// MinIO is the size of an object store inside a cluster.
type MinIO struct {
	// StorageGiB is the size of the volume of all buckets together, 1 to 65536.
	StorageGiB int `json:"storageGiB" pulumi:"storageGiB" only:"kubernetes" unit:"GiB" grows:"Kubernetes refuses to shrink a volume, half-way through the update; make a new stack and move the data"`
}

// DefaultStorageGiB holds the data and models of a trial and fits a laptop.
const DefaultStorageGiB = 20

// Default returns what an object store has unless it is told otherwise.
func Default() MinIO { return MinIO{StorageGiB: DefaultStorageGiB} }

// Check reports a volume that no storage system offers.
func (m MinIO) Check(path *field.Path) field.ErrorList {
	return validation.VolumeGiB(path.Child("storageGiB"), m.StorageGiB)
}
