package objectstore

import (
	"cmp"
	"maps"

	"github.com/mlops-iac/mlops/components/objectstore/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/defaults"
)

// Numbers that are not configurable.
const (
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
	defaults.Fill(&in.ObjectStore, spec.Default())
	in.Replication = in.Replication.clone()
	in.Tags = maps.Clone(in.Tags)
	return &in
}
