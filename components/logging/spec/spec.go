// Package spec holds what a stack file says of logs in CloudWatch as plain
// values: how long they are kept and from which counts on there is an alarm. It
// knows nothing of Pulumi.
package spec

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// Logs are the log groups of a stack and of its tenants.
type Logs struct {
	// RetentionDays is how long records are kept, one of the values of CloudWatch Logs.
	RetentionDays int `json:"retentionDays" pulumi:"retentionDays" only:"aws" unit:"days"`
	// Alarms say when what is in the logs raises an alarm; the topic of `monitoring.alerting.sns` is notified.
	Alarms Alarms `json:"alarms" pulumi:"alarms" only:"aws"`
}

// Alarms are the counts within five minutes from which on there is an alarm.
type Alarms struct {
	// OutOfMemoryKills counts processes that the kernels of the nodes killed for want of memory; 0 for no alarm.
	OutOfMemoryKills int `json:"outOfMemoryKills" pulumi:"outOfMemoryKills"`
	// Timeouts counts requests of one tenant that timed out; 0 for no alarm.
	Timeouts int `json:"timeouts" pulumi:"timeouts"`
}

// DefaultRetentionDays is long enough to look into last month's incident.
const DefaultRetentionDays = 30

// maxAlarmCount is a million, which no stack reaches within five minutes.
const maxAlarmCount = 1_000_000

// Default returns what logs have unless they are told otherwise: no alarm.
func Default() Logs { return Logs{RetentionDays: DefaultRetentionDays} }

// Check reports a retention that CloudWatch Logs refuses, and counts that are
// never reached.
func (l Logs) Check(path *field.Path) field.ErrorList {
	alarms := path.Child("alarms")
	return slices.Concat(
		awsenv.CheckLogRetention(path.Child("retentionDays"), l.RetentionDays),
		validation.Between(alarms.Child("outOfMemoryKills"), l.Alarms.OutOfMemoryKills, 0, maxAlarmCount),
		validation.Between(alarms.Child("timeouts"), l.Alarms.Timeouts, 0, maxAlarmCount),
	)
}
