package awsenv

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Minutes, the unit windows are compared in.
const (
	minutesPerHour = 60
	minutesPerDay  = 24 * minutesPerHour
	minutesPerWeek = 7 * minutesPerDay
	// minWindow is the shortest window RDS accepts.
	minWindow = 30
)

const (
	clock   = `([01][0-9]|2[0-3]):([0-5][0-9])`
	weekday = `(mon|tue|wed|thu|fri|sat|sun)`
)

var (
	dailyWindow  = regexp.MustCompile(`^` + clock + `-` + clock + `$`)
	weeklyWindow = regexp.MustCompile(`^` + weekday + `:` + clock + `-` + weekday + `:` + clock + `$`)
)

// window is a span that begins start minutes after its period does (Monday
// 00:00, or midnight) and may run over the period's end.
type window struct{ start, length int }

// CheckDatabaseWindows reports windows that RDS refuses: a daily one for
// backups, at path.backupWindow, and a weekly one, outside of it, at
// path.maintenanceWindow. Both are in UTC.
func CheckDatabaseWindows(path *field.Path, backup, maintenance string) field.ErrorList {
	var list field.ErrorList
	daily, backupRule := parseDaily(backup)
	if backupRule != "" {
		list = append(list, field.Invalid(path.Child("backupWindow"), backup, backupRule))
	}
	weekly, rule := parseWeekly(maintenance)
	if rule == "" && backupRule == "" && daily.overlaps(weekly) {
		rule = fmt.Sprintf("must not overlap backupWindow (%s)", backup)
	}
	if rule != "" {
		list = append(list, field.Invalid(path.Child("maintenanceWindow"), maintenance, rule))
	}
	return list
}

// parseDaily reads "hh:mm-hh:mm" and returns the rule it breaks.
func parseDaily(text string) (window, string) {
	parts := dailyWindow.FindStringSubmatch(text)
	if parts == nil {
		return window{}, "must be hh:mm-hh:mm in UTC"
	}
	return span(minutes(parts[1], parts[2]), minutes(parts[3], parts[4]), minutesPerDay)
}

// parseWeekly reads "ddd:hh:mm-ddd:hh:mm" and returns the rule it breaks. RDS
// stores lower case; anything else would differ on every preview.
func parseWeekly(text string) (window, string) {
	parts := weeklyWindow.FindStringSubmatch(text)
	if parts == nil {
		return window{}, "must be ddd:hh:mm-ddd:hh:mm in UTC and lower case, such as sun:04:30-sun:05:30"
	}
	week, rule := span(dayStart(parts[1])+minutes(parts[2], parts[3]), dayStart(parts[4])+minutes(parts[5], parts[6]), minutesPerWeek)
	if rule == "" && week.length > minutesPerDay {
		rule = "must not be longer than 24 hours"
	}
	return week, rule
}

func span(start, end, period int) (window, string) {
	w := window{start: start, length: (end - start + period) % period}
	if w.length < minWindow {
		return w, fmt.Sprintf("must be at least %d minutes long", minWindow)
	}
	return w, ""
}

// overlaps says whether the daily window w meets the weekly window other.
func (w window) overlaps(other window) bool {
	// From the day before the week, whose window may run into it, to the days
	// after it, into which the other may run.
	for start := w.start - minutesPerDay; start < minutesPerWeek+minutesPerDay; start += minutesPerDay {
		if start < other.start+other.length && other.start < start+w.length {
			return true
		}
	}
	return false
}

func dayStart(day string) int {
	return slices.Index([]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}, day) * minutesPerDay
}

func minutes(hours, rest string) int {
	h, _ := strconv.Atoi(hours) // the pattern admits digits only
	m, _ := strconv.Atoi(rest)
	return h*minutesPerHour + m
}
