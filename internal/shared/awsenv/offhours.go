package awsenv

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"github.com/robfig/cron/v3"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// DefaultTimeZone is the zone of a schedule without one.
const DefaultTimeZone = "Etc/UTC"

// cronFields are minute, hour, day, month and weekday.
const cronFields = 5

// OffHours is when something is switched off and on again.
type OffHours struct {
	// ScaleDown and ScaleUp are cron schedules.
	ScaleDown, ScaleUp string
	// TimeZone is an IANA time zone.
	TimeZone string
}

// Check reports every error of a schedule at the given path.
func (s OffHours) Check(at *field.Path) field.ErrorList {
	list := checkCron(at.Child("scaleDown"), s.ScaleDown)
	list = append(list, checkCron(at.Child("scaleUp"), s.ScaleUp)...)
	list = append(list, checkTimeZone(at.Child("timeZone"), s.TimeZone)...)
	if s.ScaleDown != "" && strings.Join(strings.Fields(s.ScaleDown), " ") == strings.Join(strings.Fields(s.ScaleUp), " ") {
		list = append(list, field.Invalid(at.Child("scaleUp"), s.ScaleUp, "must differ from scaleDown"))
	}
	return list
}

// checkCron demands five fields: the parser also knows @daily and the like, and
// zones inside the schedule and "?", which EC2 does not.
func checkCron(at *field.Path, value string) field.ErrorList {
	if value == "" {
		return nil
	}
	rule := `must be a cron schedule such as "0 19 * * 1-5" (minute, hour, day, month, weekday)`
	if len(strings.Fields(value)) != cronFields || strings.ContainsAny(value, "?") || strings.Contains(value, "TZ") {
		return field.ErrorList{field.Invalid(at, value, rule)}
	}
	if _, err := cron.ParseStandard(value); err != nil {
		return field.ErrorList{field.Invalid(at, value, rule)}
	}
	return validation.CronComes(at, value)
}

func checkTimeZone(at *field.Path, value string) field.ErrorList {
	if value == "" {
		return nil
	}
	// "Local" is whatever the machine is set to.
	if _, err := time.LoadLocation(value); err != nil || value == "Local" {
		return field.ErrorList{field.Invalid(at, value, fmt.Sprintf("must be an IANA time zone such as Europe/Dublin or %s", DefaultTimeZone))}
	}
	return nil
}
