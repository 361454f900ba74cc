package metadatastore

import (
	"cmp"
	"maps"
	"slices"

	"github.com/mlops-iac/mlops/internal/awsenv"
	"github.com/mlops-iac/mlops/internal/naming"
)

// Defaults of Args and the numbers that are not configurable.
const (
	// DefaultEngineVersion is the PostgreSQL major version the platform is built on.
	DefaultEngineVersion = "17"
	// DefaultClass is two Graviton vCPUs and 2 GiB, enough for the metadata of a
	// few teams; it is the cheapest class that is not short of memory at once.
	DefaultClass = "db.t4g.small"
	// DefaultDatabase is the name of the first database.
	DefaultDatabase = "mlops"
	// DefaultUsername is the master user; "admin" and "rdsadmin" are reserved.
	DefaultUsername = "mlops"
	// DefaultAllocatedStorage, in GiB, is the least RDS offers on gp3.
	DefaultAllocatedStorage = 20
	// DefaultMaxAllocatedStorage, in GiB, is five times the start: metadata that
	// outgrows it deserves somebody's look before it costs more.
	DefaultMaxAllocatedStorage = 100
	// DefaultBackupRetentionDays is a week of point-in-time restore.
	DefaultBackupRetentionDays = 7
	// DefaultBackupWindow is the quiet hour of European and American users.
	DefaultBackupWindow = "03:00-04:00"
	// DefaultMaintenanceWindow follows the backup on the quietest day.
	DefaultMaintenanceWindow = "sun:04:30-sun:05:30"
	// DefaultLogRetentionDays is a month, as long as the shortest flow logs.
	DefaultLogRetentionDays = 30

	// Port is PostgreSQL's registered port.
	Port = 5432
	// MonitoringIntervalSeconds is the coarsest, and cheapest, interval of
	// enhanced monitoring.
	MonitoringIntervalSeconds = 60
	// InsightsRetentionDays of performance insights are free of charge.
	InsightsRetentionDays = 7
	// SlowStatementMilliseconds is the duration from which a statement is logged.
	SlowStatementMilliseconds = 1000
	// CACertificate signs the server certificate, valid until 2061.
	CACertificate = "rds-ca-rsa2048-g1"

	maxIdentifierLength = 63
	maxSnapshotLength   = 255
)

// withDefaults returns a completed copy; name is the component's.
func (a *Args) withDefaults(name string) *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.Partition = cmp.Or(in.Partition, awsenv.PartitionOf(in.Region))
	in.Instance.Identifier = cmp.Or(in.Instance.Identifier, naming.Short(maxIdentifierLength, name))
	in.Instance.EngineVersion = cmp.Or(in.Instance.EngineVersion, DefaultEngineVersion)
	in.Instance.Class = cmp.Or(in.Instance.Class, DefaultClass)
	in.Instance.Database = cmp.Or(in.Instance.Database, DefaultDatabase)
	in.Instance.Username = cmp.Or(in.Instance.Username, DefaultUsername)
	in.Storage.AllocatedStorage = cmp.Or(in.Storage.AllocatedStorage, DefaultAllocatedStorage)
	in.Storage.MaxAllocatedStorage = cmp.Or(in.Storage.MaxAllocatedStorage, DefaultMaxAllocatedStorage)
	in.Backup.RetentionDays = cmp.Or(in.Backup.RetentionDays, DefaultBackupRetentionDays)
	in.Backup.Window = cmp.Or(in.Backup.Window, DefaultBackupWindow)
	if !in.Backup.SkipFinalSnapshot {
		in.Backup.FinalSnapshotIdentifier = cmp.Or(in.Backup.FinalSnapshotIdentifier,
			naming.Short(maxSnapshotLength, "final", in.Instance.Identifier))
	}
	in.MaintenanceWindow = cmp.Or(in.MaintenanceWindow, DefaultMaintenanceWindow)
	in.LogRetentionDays = cmp.Or(in.LogRetentionDays, DefaultLogRetentionDays)
	in.AllowedSecurityGroupIDs = slices.Clone(in.AllowedSecurityGroupIDs)
	in.Tags = maps.Clone(in.Tags)
	return &in
}
