package validation

import "k8s.io/apimachinery/pkg/util/validation/field"

// maxVolumeGiB is the largest volume common storage systems offer.
const maxVolumeGiB = 65536

// VolumeGiB reports the size of a volume that no common storage system offers.
func VolumeGiB(path *field.Path, size int) field.ErrorList {
	return Between(path, size, 1, maxVolumeGiB)
}
