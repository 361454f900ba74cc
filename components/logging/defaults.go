package logging

import (
	"cmp"

	"github.com/mlops-iac/mlops/internal/awsenv"
)

const (
	// DefaultRetentionDays is long enough to look into last month's incident.
	DefaultRetentionDays = 30
	// WindowSeconds is the time that alarms count in: short enough to be told in
	// time, and a metric of it costs no more than one of a minute.
	WindowSeconds = 300
)

// root begins the name of every group.
const root = "/mlops/"

func (a *Args) withDefaults() *Args {
	in := a.clone()
	in.Partition = cmp.Or(in.Partition, awsenv.PartitionOf(in.Region))
	in.RetentionDays = cmp.Or(in.RetentionDays, DefaultRetentionDays)
	return in
}

func (a *TenantArgs) withDefaults() *TenantArgs {
	in := a.clone()
	in.RetentionDays = cmp.Or(in.RetentionDays, DefaultRetentionDays)
	return in
}
