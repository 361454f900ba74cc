// Package spec holds what a stack file says of monitoring as plain values: how
// long metrics are kept and on which volume, where runbooks are, and the rules of
// what alerts are sent to. It knows nothing of Pulumi.
package spec

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// Monitoring sizes Prometheus, and says where alerts link to.
type Monitoring struct {
	// RetentionDays is how long Prometheus keeps metrics, 1 to 90.
	RetentionDays int `json:"retentionDays" pulumi:"retentionDays" unit:"days"`
	// StorageGiB is the size of the volume Prometheus keeps them on, 10 to 16384.
	StorageGiB int `json:"storageGiB" pulumi:"storageGiB" unit:"GiB" grows:"Kubernetes refuses to shrink a volume, half-way through the update; remove monitoring with its metrics first"`
	// RunbookBaseURL is the https address under which the runbooks are published, to which alerts link: a slash, the name
	// of the alert and `.md` follow.
	RunbookBaseURL string `json:"runbookBaseUrl" pulumi:"runbookBaseUrl"`
}

const (
	// DefaultRetentionDays covers a comparison with the same day last week.
	DefaultRetentionDays = 7
	// DefaultStorageGiB holds a week of a million series scraped every 30 s, at 1.5
	// to 2 bytes a sample.
	DefaultStorageGiB = 50
	// DefaultRunbookBaseURL is where this repository keeps its runbooks.
	DefaultRunbookBaseURL = "https://github.com/mlops-iac/mlops/blob/main/docs/runbooks"
)

const (
	// maxRetentionDays is what one Prometheus can still answer quickly.
	maxRetentionDays = 90
	// minStorageGiB holds a day of a small cluster; maxStorageGiB is the largest gp3 volume.
	minStorageGiB, maxStorageGiB = 10, 16384
)

// Default returns what monitoring has unless it is told otherwise.
func Default() Monitoring {
	return Monitoring{
		RetentionDays: DefaultRetentionDays, StorageGiB: DefaultStorageGiB, RunbookBaseURL: DefaultRunbookBaseURL,
	}
}

// Check reports sizes that one Prometheus is not made for, and runbooks at an
// address without TLS.
func (m Monitoring) Check(path *field.Path) field.ErrorList {
	list := slices.Concat(
		validation.Between(path.Child("retentionDays"), m.RetentionDays, 1, maxRetentionDays),
		validation.Between(path.Child("storageGiB"), m.StorageGiB, minStorageGiB, maxStorageGiB),
	)
	if m.RunbookBaseURL != "" && !IsHTTPS(m.RunbookBaseURL) {
		list = append(list, field.Invalid(path.Child("runbookBaseUrl"), m.RunbookBaseURL, HTTPSRule))
	}
	return list
}
