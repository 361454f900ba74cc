package metadatastore

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Minutes, the unit windows are compared in.
const (
	hour = 60
	day  = 24 * hour
	week = 7 * day
	// minWindow is the shortest window RDS accepts.
	minWindow = 30
)

var (
	clockPattern             = `([01][0-9]|2[0-3]):([0-5][0-9])`
	weekdayPattern           = `(mon|tue|wed|thu|fri|sat|sun)`
	backupWindowPattern      = regexp.MustCompile(`^` + clockPattern + `-` + clockPattern + `$`)
	maintenanceWindowPattern = regexp.MustCompile(
		`^` + weekdayPattern + `:` + clockPattern + `-` + weekdayPattern + `:` + clockPattern + `$`)
)

// window is a span that begins start minutes after its period does (Monday
// 00:00, or midnight) and may run over the period's end.
type window struct{ start, length int }

// parseBackupWindow reads a daily "hh:mm-hh:mm".
func parseBackupWindow(text string) (window, error) {
	m := backupWindowPattern.FindStringSubmatch(text)
	if m == nil {
		return window{}, fmt.Errorf(`must be "hh:mm-hh:mm" in UTC`)
	}
	return spanOf(clock(m[1], m[2]), clock(m[3], m[4]), day)
}

// parseMaintenanceWindow reads a weekly "ddd:hh:mm-ddd:hh:mm". RDS stores lower
// case; anything else would differ on every preview.
func parseMaintenanceWindow(text string) (window, error) {
	m := maintenanceWindowPattern.FindStringSubmatch(text)
	if m == nil {
		return window{}, fmt.Errorf(`must be "ddd:hh:mm-ddd:hh:mm" in UTC and lower case`)
	}
	w, err := spanOf(weekday(m[1])+clock(m[2], m[3]), weekday(m[4])+clock(m[5], m[6]), week)
	if err == nil && w.length > day {
		err = fmt.Errorf("must not be longer than 24 hours")
	}
	return w, err
}

func spanOf(start, end, period int) (window, error) {
	w := window{start: start, length: (end - start + period) % period}
	if w.length < minWindow {
		return w, fmt.Errorf("must be at least %d minutes long", minWindow)
	}
	return w, nil
}

// overlaps says whether the daily window w meets the weekly window other.
func (w window) overlaps(other window) bool {
	// From the day before the week, whose window may run into it, to the days
	// after it, into which the other may run.
	for start := w.start - day; start < week+day; start += day {
		if start < other.start+other.length && other.start < start+w.length {
			return true
		}
	}
	return false
}

func weekday(name string) int {
	return strings.Index("mon tue wed thu fri sat sun", name) / len("mon ") * day
}

func clock(hours, minutes string) int {
	h, _ := strconv.Atoi(hours) // the pattern admits digits only
	m, _ := strconv.Atoi(minutes)
	return h*hour + m
}
