package settings

import (
	"fmt"
	"regexp"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

const (
	minutesPerDay  = 24 * 60
	minutesPerWeek = 7 * minutesPerDay
	// minWindow is the shortest window RDS accepts, in minutes.
	minWindow = 30
	// maxWeekly is the longest maintenance window RDS accepts, in minutes.
	maxWeekly = minutesPerDay
)

var (
	weekdays          = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	dailyWindow       = regexp.MustCompile(`^([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])$`)
	weeklyWindow      = regexp.MustCompile(`^([a-z]{3}):([01][0-9]|2[0-3]):([0-5][0-9])-([a-z]{3}):([01][0-9]|2[0-3]):([0-5][0-9])$`)
	errBackupWindow   = fmt.Sprintf("must be hh:mm-hh:mm in UTC, at least %d minutes", minWindow)
	errMaintainWindow = fmt.Sprintf("must be ddd:hh:mm-ddd:hh:mm in UTC, such as %s, at least %d minutes", DefaultMaintenanceWindow, minWindow)
)

// window is a span of minutes that repeats; start is counted from the beginning
// of the day or of Monday.
type window struct{ start, length int }

func (m MetadataStore) validateWindows(c *checker, at *field.Path) {
	backup, backupOK := parseDaily(m.BackupWindow)
	if !backupOK {
		c.add(field.Invalid(at.Child("backupWindow"), m.BackupWindow, errBackupWindow))
	}
	maintenance, maintenanceOK := parseWeekly(m.MaintenanceWindow)
	switch {
	case !maintenanceOK:
		c.add(field.Invalid(at.Child("maintenanceWindow"), m.MaintenanceWindow, errMaintainWindow))
	case backupOK && maintenance.meets(backup):
		c.add(field.Invalid(at.Child("maintenanceWindow"), m.MaintenanceWindow,
			fmt.Sprintf("must not overlap backupWindow (%s)", m.BackupWindow)))
	}
}

func parseDaily(text string) (window, bool) {
	parts := dailyWindow.FindStringSubmatch(text)
	if parts == nil {
		return window{}, false
	}
	return span(number(parts[1])*60+number(parts[2]), number(parts[3])*60+number(parts[4]), minutesPerDay)
}

func parseWeekly(text string) (window, bool) {
	parts := weeklyWindow.FindStringSubmatch(text)
	if parts == nil {
		return window{}, false
	}
	from, to := slices.Index(weekdays, parts[1]), slices.Index(weekdays, parts[4])
	if from < 0 || to < 0 {
		return window{}, false
	}
	week, ok := span(from*minutesPerDay+number(parts[2])*60+number(parts[3]),
		to*minutesPerDay+number(parts[5])*60+number(parts[6]), minutesPerWeek)
	return week, ok && week.length <= maxWeekly
}

// span may run past midnight, or past Sunday.
func span(from, to, period int) (window, bool) {
	length := (to - from + period) % period
	return window{start: from, length: length}, length >= minWindow
}

// meets says whether a weekly window shares a minute with a daily one.
func (w window) meets(daily window) bool {
	for minute := w.start; minute < w.start+w.length; minute++ {
		if ((minute-daily.start)%minutesPerDay+minutesPerDay)%minutesPerDay < daily.length {
			return true
		}
	}
	return false
}
