package validation

import (
	"time"

	"github.com/robfig/cron/v3"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// CronComes reports a cron schedule of a day that no month has, such as 31
// February. One that the parser cannot read passes.
func CronComes(path *field.Path, schedule string) field.ErrorList {
	times, err := cron.ParseStandard(schedule)
	if err != nil || !times.Next(time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return nil
	}
	return field.ErrorList{field.Invalid(path, schedule, "must name a time that comes: no month has that day")}
}
