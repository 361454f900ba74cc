// Package spec holds the settings of a metadata store as plain values, in the
// words of a stack file: the engine, its size, what can be restored, and what RDS
// would refuse. It knows nothing of Pulumi.
package spec

import (
	"fmt"
	"regexp"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// MetadataStore is a PostgreSQL database in RDS.
type MetadataStore struct {
	// EngineVersion is the PostgreSQL version: 17, or on substrate `aws` 16, 17, 18 or a minor of one to pin. Put it in quotes.
	EngineVersion string `json:"engineVersion" pulumi:"engineVersion" steps:"upwards: a minor version at the next maintenance window, a major one at once and only with allowMajorVersionUpgrade"`
	// AllowMajorVersionUpgrade lets `metadataStore.engineVersion` become a new major version, which cannot be undone. It needs
	// `metadataStore.applyImmediately`.
	AllowMajorVersionUpgrade bool `json:"allowMajorVersionUpgrade" pulumi:"allowMajorVersionUpgrade" only:"aws"`
	// ApplyImmediately makes RDS change the database during the update, with minutes of downtime where the change needs them,
	// and not at the next maintenance window.
	ApplyImmediately bool `json:"applyImmediately" pulumi:"applyImmediately" only:"aws"`
	// InstanceClass is the RDS instance class.
	InstanceClass string `json:"instanceClass" pulumi:"instanceClass" only:"aws"`
	// AllocatedGiB is the storage to begin with, 20 to 65536.
	AllocatedGiB int `json:"allocatedGiB" pulumi:"allocatedGiB" only:"aws" unit:"GiB" grows:"RDS refuses to shrink the storage of a database; make a new stack and move the data"`
	// MaxAllocatedGiB is the storage at which growth stops, at least a tenth above `metadataStore.allocatedGiB`.
	MaxAllocatedGiB int `json:"maxAllocatedGiB" pulumi:"maxAllocatedGiB" only:"aws" unit:"GiB"`
	// MultiAZ keeps a standby in a second zone, at twice the price.
	MultiAZ bool `json:"multiAz" pulumi:"multiAz" only:"aws"`
	// BackupRetentionDays is how far back a point in time can be restored, 1 to 35.
	BackupRetentionDays int `json:"backupRetentionDays" pulumi:"backupRetentionDays" only:"aws" unit:"days"`
	// BackupWindow is when the daily snapshot starts, at least half an hour.
	BackupWindow string `json:"backupWindow" pulumi:"backupWindow" only:"aws" unit:"hh:mm-hh:mm, UTC"`
	// MaintenanceWindow is when RDS may restart the database, at least half an hour outside the backup window.
	MaintenanceWindow string `json:"maintenanceWindow" pulumi:"maintenanceWindow" only:"aws" unit:"ddd:hh:mm-ddd:hh:mm, UTC"`
	// LogRetentionDays is how long database logs are kept, one of the values of CloudWatch Logs.
	LogRetentionDays int `json:"logRetentionDays" pulumi:"logRetentionDays" only:"aws" unit:"days"`
	// DeletionProtection makes RDS refuse to delete the database.
	DeletionProtection bool `json:"deletionProtection" pulumi:"deletionProtection" only:"aws"`
	// SkipFinalSnapshot deletes the data together with the database.
	SkipFinalSnapshot bool `json:"skipFinalSnapshot" pulumi:"skipFinalSnapshot" only:"aws"`
	// CACertificate is the authority of the server's certificate, as PEM, for regions whose own does not come with this program.
	CACertificate string `json:"caCertificate" pulumi:"caCertificate" only:"aws"`
}

const (
	// DefaultEngineVersion is the PostgreSQL major version the platform is built on.
	DefaultEngineVersion = "17"
	// DefaultInstanceClass is two Graviton vCPUs and 2 GiB, enough for the metadata
	// of a few teams; it is the cheapest class that is not short of memory at once.
	DefaultInstanceClass = "db.t4g.small"
	// DefaultAllocatedGiB is the least RDS offers on gp3.
	DefaultAllocatedGiB = 20
	// DefaultMaxAllocatedGiB is five times the start: metadata that outgrows it
	// deserves somebody's look before it costs more.
	DefaultMaxAllocatedGiB = 100
	// DefaultBackupRetentionDays is a week of point-in-time restore.
	DefaultBackupRetentionDays = 7
	// DefaultBackupWindow is the quiet hour of European and American users.
	DefaultBackupWindow = "03:00-04:00"
	// DefaultMaintenanceWindow follows the backup on the quietest day.
	DefaultMaintenanceWindow = "sun:04:30-sun:05:30"
	// DefaultLogRetentionDays is a month, as long as the shortest flow logs.
	DefaultLogRetentionDays = 30
)

const (
	// minStorageGiB and maxStorageGiB are what RDS offers on gp3.
	minStorageGiB, maxStorageGiB = 20, 65536
	// maxBackupDays is the most RDS keeps; 0 would switch backups off.
	maxBackupDays = 35
)

// enginePattern has the major versions that RDS offers and the platform has parameters for.
var enginePattern = regexp.MustCompile(`^1[678](\.[0-9]{1,2})?$`)

// Default returns what a metadata store has unless it is told otherwise.
func Default() MetadataStore {
	return MetadataStore{
		EngineVersion: DefaultEngineVersion, InstanceClass: DefaultInstanceClass,
		AllocatedGiB: DefaultAllocatedGiB, MaxAllocatedGiB: DefaultMaxAllocatedGiB,
		BackupRetentionDays: DefaultBackupRetentionDays, BackupWindow: DefaultBackupWindow,
		MaintenanceWindow: DefaultMaintenanceWindow, LogRetentionDays: DefaultLogRetentionDays,
	}
}

// Check reports what RDS refuses, and a database that is protected from deletion
// and thrown away at once.
func (m MetadataStore) Check(path *field.Path) field.ErrorList {
	list := checkEngineVersion(path.Child("engineVersion"), m.EngineVersion)
	if m.AllowMajorVersionUpgrade && !m.ApplyImmediately {
		list = append(list, field.Invalid(path.Child("applyImmediately"), false, "must be true while allowMajorVersionUpgrade is: "+
			"until the maintenance window the old parameter group would be in use, and the update could not delete it"))
	}
	if !awsenv.IsDatabaseClass(m.InstanceClass) {
		list = append(list, field.Invalid(path.Child("instanceClass"), m.InstanceClass,
			"must be an RDS instance class such as "+DefaultInstanceClass))
	}
	list = append(list, validation.Between(path.Child("allocatedGiB"), m.AllocatedGiB, minStorageGiB, maxStorageGiB)...)
	// RDS asks for a tenth of room, compared here without rounding.
	if m.MaxAllocatedGiB > maxStorageGiB || m.MaxAllocatedGiB*10 < min(m.AllocatedGiB, maxStorageGiB)*11 {
		list = append(list, field.Invalid(path.Child("maxAllocatedGiB"), m.MaxAllocatedGiB,
			fmt.Sprintf("must be at least a tenth above allocatedGiB (%d) and at most %d", m.AllocatedGiB, maxStorageGiB)))
	}
	list = append(list, validation.Between(path.Child("backupRetentionDays"), m.BackupRetentionDays, 1, maxBackupDays)...)
	list = append(list, awsenv.CheckDatabaseWindows(path, m.BackupWindow, m.MaintenanceWindow)...)
	list = append(list, awsenv.CheckLogRetention(path.Child("logRetentionDays"), m.LogRetentionDays)...)
	list = append(list, checkCertificate(path.Child("caCertificate"), m.CACertificate)...)
	if protection := path.Child("deletionProtection"); m.SkipFinalSnapshot && m.DeletionProtection {
		list = append(list, field.Forbidden(path.Child("skipFinalSnapshot"), "contradicts "+protection.String()))
	}
	return list
}

func checkEngineVersion(path *field.Path, version string) field.ErrorList {
	if enginePattern.MatchString(version) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, version,
		fmt.Sprintf(`must be "16", "17" or "18", or a minor version such as "%s.6"`, DefaultEngineVersion))}
}
