package rules

import "fmt"

// Names of the alerts about a tenant's training.
const (
	TrainingFailed = "TenantTrainingFailed"
	TrainingMissed = "TenantTrainingMissed"
)

// latestStart is how many seconds after its time a scheduled job may begin; the
// CronJobs of tenants give up then. See startingDeadlineSeconds in package tenant.
const latestStart = 3600

func trainingAlerts() []alert {
	return []alert{
		{
			name: TrainingFailed, severity: Warning, wait: "5m",
			expr: ofTenant(lastRunFailed()),

			summary:     "A training of {{ $labels.tenant }} failed",
			description: "The job of CronJob {{ $labels.namespace }}/{{ $labels.cronjob }} that began at {{ $value | humanizeTimestamp }} failed, and none has succeeded since.",
		},
		{
			// kube-state-metrics reckons the next time from the last start, and knows
			// none for a suspended CronJob.
			name: TrainingMissed, severity: Warning, wait: "5m",
			expr: ofTenant(fmt.Sprintf(`time() - max by (namespace, cronjob) (kube_cronjob_next_schedule_time) > %d`, latestStart)),

			summary:     "A training of {{ $labels.tenant }} did not begin",
			description: "CronJob {{ $labels.namespace }}/{{ $labels.cronjob }} should have begun a job {{ $value | humanizeDuration }} ago and has not.",
		},
	}
}

// lastRunFailed is when the last failed job of a CronJob began, where none has
// succeeded after that. Jobs that people start from the CronJob count, too; jobs
// of their own do not.
func lastRunFailed() string {
	const (
		of      = `max by (namespace, job_name, owner_name) (kube_job_owner{owner_kind="CronJob"})`
		began   = `max by (namespace, job_name) (kube_job_status_start_time)`
		failed  = `max by (namespace, job_name) (kube_job_failed{condition="true"}) == 1`
		success = `max by (namespace, cronjob) (kube_cronjob_status_last_successful_time)`
	)
	failure := fmt.Sprintf(`max by (namespace, cronjob) (label_replace(%s * on (namespace, job_name) group_right () %s and on (namespace, job_name) %s, "cronjob", "$1", "owner_name", "(.+)"))`,
		began, of, failed)
	return fmt.Sprintf(`%[1]s unless on (namespace, cronjob) %[1]s <= on (namespace, cronjob) %[2]s`, failure, success)
}
