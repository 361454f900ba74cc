package objectstore

import "maps"

// Defaults of Args and the numbers that are not configurable.
const (
	// DefaultPartition is the commercial AWS partition.
	DefaultPartition = "aws"
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
	// KeyDeletionDays is the longest waiting period KMS offers before a key, and
	// with it every object, is gone for good.
	KeyDeletionDays = 30
)

func (a *Args) withDefaults() *Args {
	in := Args{}
	if a != nil {
		in = *a
	}
	if in.Partition == "" {
		in.Partition = DefaultPartition
	}
	if in.NoncurrentDays == 0 {
		in.NoncurrentDays = DefaultNoncurrentDays
	}
	if in.AccessLogDays == 0 {
		in.AccessLogDays = DefaultAccessLogDays
	}
	in.Replication = in.Replication.clone()
	in.Tags = maps.Clone(in.Tags)
	return &in
}
