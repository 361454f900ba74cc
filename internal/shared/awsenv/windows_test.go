package awsenv_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

func TestCheckDatabaseWindows(t *testing.T) {
	t.Parallel()
	const (
		daily    = "must be hh:mm-hh:mm in UTC"
		weekly   = "must be ddd:hh:mm-ddd:hh:mm in UTC and lower case, such as sun:04:30-sun:05:30"
		tooShort = "must be at least 30 minutes long"
	)
	for name, test := range map[string]struct{ backup, maintenance, backupRule, maintenanceRule string }{
		"apart":                       {"03:00-03:30", "sun:03:30-sun:04:00", "", ""},
		"maintenance first":           {"03:00-03:30", "sun:02:30-sun:03:00", "", ""},
		"backup over midnight":        {"23:45-00:15", "mon:00:15-mon:00:45", "", ""},
		"maintenance over the week":   {"01:00-02:00", "sun:23:30-mon:00:30", "", ""},
		"backup too short":            {"03:00-03:29", "sun:04:00-sun:05:00", tooShort, ""},
		"maintenance too short":       {"03:00-04:00", "sun:05:00-sun:05:00", "", tooShort},
		"maintenance too long":        {"03:00-04:00", "mon:05:00-tue:05:01", "", "must not be longer than 24 hours"},
		"hour that is not":            {"24:00-01:00", "sun:04:00-sun:05:00", daily, ""},
		"day that is not":             {"03:00-04:00", "xyz:04:00-sun:05:00", "", weekly},
		"upper case":                  {"03:00-04:00", "Sun:05:00-Sun:06:00", "", weekly},
		"both wrong":                  {"3am", "sunday", daily, weekly},
		"overlap":                     {"03:00-04:00", "wed:03:59-wed:05:00", "", "must not overlap backupWindow (03:00-04:00)"},
		"overlap over midnight":       {"23:45-00:15", "mon:00:10-mon:00:45", "", "must not overlap backupWindow (23:45-00:15)"},
		"overlap over the week's end": {"00:15-00:45", "sun:23:30-mon:00:30", "", "must not overlap backupWindow (00:15-00:45)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := field.NewPath("store")
			var want field.ErrorList
			if test.backupRule != "" {
				want = append(want, field.Invalid(path.Child("backupWindow"), test.backup, test.backupRule))
			}
			if test.maintenanceRule != "" {
				want = append(want, field.Invalid(path.Child("maintenanceWindow"), test.maintenance, test.maintenanceRule))
			}
			assert.Equal(t, want, awsenv.CheckDatabaseWindows(path, test.backup, test.maintenance))
		})
	}
}
