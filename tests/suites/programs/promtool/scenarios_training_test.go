package promtool_test

import (
	"github.com/mlops-iac/mlops/components/monitoring/rules"
)

// job is one of the CronJob training, by when it began, with its condition.
func job(name, began, failed string) []series {
	labels := `namespace="team-a", job_name="` + name + `"`
	return []series{
		{"kube_job_status_start_time{" + labels + "}", began},
		{"kube_job_owner{" + labels + `, owner_kind="CronJob", owner_name="training", owner_is_controller="true"}`, "1x200"},
		{"kube_job_failed{" + labels + `, condition="true"}`, failed},
	}
}

func cronJob(metric, ns, values string) series {
	return series{metric + `{namespace="` + ns + `", cronjob="training"}`, values}
}

// trainingScenarios begin at the time 0, which is 1970.
func trainingScenarios() map[string]scenario {
	const success, next = "kube_cronjob_status_last_successful_time", "kube_cronjob_next_schedule_time"
	byHand := []series{job("debug", "60x200", "1x200")[0], job("debug", "60x200", "1x200")[2]}
	return map[string]scenario{
		"training fails": fires(rules.TrainingFailed, warning, "14m", "16m", job("training-1", "60x200", "0x20 1x180")...),
		"training fails after one that did not": fires(rules.TrainingFailed, warning, "14m", "16m",
			append(job("training-2", "_x20 600x180", "_x20 1x180"), cronJob(success, "team-a", "300x200"))...),
		"training fails and succeeds later": {
			series: append(job("training-1", "60x200", "1x200"), cronJob(success, "team-a", "_x60 1800x140")),
			firing: map[string][]string{"20m": {firingFor(rules.TrainingFailed, warning, "a")}, "40m": {}},
		},
		"training succeeds":           silent(rules.TrainingFailed, job("training-1", "60x200", "0x200")...),
		"an experiment by hand fails": silent(rules.TrainingFailed, byHand...),
		"training does not begin":     fires(rules.TrainingMissed, warning, "74m", "76m", cronJob(next, "team-a", "600x200")),
		"training begins late":        silent(rules.TrainingMissed, cronJob(next, "team-a", "600x120 90000x80")),
		"a job of nobody is missed":   silent(rules.TrainingMissed, cronJob(next, "monitoring", "600x200")),
	}
}
