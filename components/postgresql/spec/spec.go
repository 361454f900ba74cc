// Package spec holds the settings of a PostgreSQL server inside a cluster as
// plain values, in the words of a stack file. It knows nothing of Pulumi.
package spec

import (
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// PostgreSQL is the size of a database server inside a cluster.
type PostgreSQL struct {
	// StorageGiB is the size of the volume, 1 to 65536.
	StorageGiB int `json:"storageGiB" pulumi:"storageGiB" only:"kubernetes" unit:"GiB" grows:"Kubernetes refuses to shrink a volume, half-way through the update; make a new stack and move the data"`
}

// DefaultStorageGiB holds the metadata of a few teams and fits a laptop.
const DefaultStorageGiB = 10

// Default returns what a server has unless it is told otherwise.
func Default() PostgreSQL { return PostgreSQL{StorageGiB: DefaultStorageGiB} }

// Check reports a volume that no storage system offers.
func (p PostgreSQL) Check(path *field.Path) field.ErrorList {
	return validation.VolumeGiB(path.Child("storageGiB"), p.StorageGiB)
}
