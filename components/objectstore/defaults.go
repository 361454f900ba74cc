package objectstore

import (
	"cmp"
	"maps"

	"github.com/mlops-iac/mlops/internal/awsenv"
)

// Defaults of Args and the numbers that are not configurable.
const (
	// DefaultNoncurrentDays is a month to notice and undo a bad overwrite.
	DefaultNoncurrentDays = 30
	// DefaultAccessLogDays is a quarter, the span an access review looks back on.
	DefaultAccessLogDays = 90
	// AbortMultipartDays is how long an unfinished upload may hold storage that
	// no listing shows; a week outlasts any upload that is still alive.
	AbortMultipartDays = 7
	// IntelligentTieringDays is the age at which data moves to Intelligent-Tiering;
	// lifecycle rules run once a day, so one day is as soon as it gets.
	IntelligentTieringDays = 1
)

func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	in.Partition = cmp.Or(in.Partition, awsenv.PartitionOf(in.Region))
	in.NoncurrentDays = cmp.Or(in.NoncurrentDays, DefaultNoncurrentDays)
	in.AccessLogDays = cmp.Or(in.AccessLogDays, DefaultAccessLogDays)
	in.Replication = in.Replication.clone()
	in.Tags = maps.Clone(in.Tags)
	return &in
}
