package metadatastore

import (
	"cmp"
	"maps"
	"slices"

	"github.com/mlops-iac/mlops/components/metadatastore/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/defaults"
	"github.com/mlops-iac/mlops/internal/shared/names"
)

// Defaults of Args and the numbers that are not configurable.
const (
	// DefaultDatabase is the name of the first database.
	DefaultDatabase = "mlops"
	// DefaultUsername is the master user; "admin" and "rdsadmin" are reserved.
	DefaultUsername = "mlops"

	// Port is PostgreSQL's registered port.
	Port = 5432
	// MonitoringIntervalSeconds is the coarsest, and cheapest, interval of
	// enhanced monitoring.
	MonitoringIntervalSeconds = 60
	// InsightsRetentionDays of performance insights are free of charge.
	InsightsRetentionDays = 7
	// SlowStatementMilliseconds is the duration from which a statement is logged.
	SlowStatementMilliseconds = 1000

	maxIdentifierLength = 63
	// maxSnapshotPrefixLength is what RDS' 255 characters leave before "-" and the suffix.
	maxSnapshotPrefixLength = 255 - 1 - snapshotSuffixLength
)

// withDefaults returns a completed copy; name is the component's.
func (a *Args) withDefaults(name string) *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.Partition = cmp.Or(in.Partition, awsenv.PartitionOf(in.Region))
	defaults.Fill(&in.MetadataStore, spec.Default())
	in.CACertificate = cmp.Or(in.CACertificate, spec.AuthorityOf(in.Region))
	in.Identifier = cmp.Or(in.Identifier, names.Short(maxIdentifierLength, name))
	in.Database = cmp.Or(in.Database, DefaultDatabase)
	in.Username = cmp.Or(in.Username, DefaultUsername)
	if !in.SkipFinalSnapshot {
		in.FinalSnapshotPrefix = cmp.Or(in.FinalSnapshotPrefix, names.Short(maxSnapshotPrefixLength, "final", in.Identifier))
	}
	in.AllowedSecurityGroupIDs = slices.Clone(in.AllowedSecurityGroupIDs)
	in.Tags = maps.Clone(in.Tags)
	return &in
}
