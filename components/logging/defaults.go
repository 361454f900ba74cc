package logging

import (
	"cmp"

	"github.com/mlops-iac/mlops/components/logging/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/defaults"
)

// WindowSeconds is the time that alarms count in: short enough to be told in
// time, and a metric of it costs no more than one of a minute.
const WindowSeconds = 300

// root begins the name of every group.
const root = "/mlops/"

func (a *Args) withDefaults() *Args {
	in := a.clone()
	in.Partition = cmp.Or(in.Partition, awsenv.PartitionOf(in.Region))
	defaults.Fill(&in.Logs, spec.Default())
	return in
}

func (a *TenantArgs) withDefaults() *TenantArgs {
	in := a.clone()
	defaults.Fill(&in.Logs, spec.Default())
	return in
}
