package cost

import (
	"time"

	"github.com/robfig/cron/v3"

	"github.com/mlops-iac/mlops/internal/workbench/engine"
)

// sampled is the time over which schedules are averaged: four whole weeks, a
// month of a schedule that repeats by weekday.
const sampled = 4 * 7 * 24 * time.Hour

// rule is one scheduled action: from its times on the group has these sizes.
type rule struct {
	times cron.Schedule
	size  Range
}

// timetable is when a node group has which sizes.
type timetable []rule

// timetable reads the scheduled actions beside a node group; false when there
// are none.
func (e *estimator) timetable(r engine.Resource) (timetable, bool) {
	var plan timetable
	for _, sibling := range e.children[r.Parent] {
		if sibling.Type != "aws:autoscaling/schedule:Schedule" {
			continue
		}
		times, err := cron.ParseStandard(text(sibling.Inputs, "recurrence"))
		if err != nil {
			e.note("%s: its schedule is not counted: %v", sibling.Name, err)
			continue
		}
		plan = append(plan, rule{times, Range{numberOr(0, sibling.Inputs, "minSize"), numberOr(0, sibling.Inputs, "maxSize")}})
	}
	return plan, len(plan) > 0
}

// average is the mean of the sizes and the share of time with room for a node.
// Zones do not matter for a mean over whole weeks.
func (t timetable) average() (mean Range, open float64) {
	// A Monday, after a run-in of as long, so that the first rule has begun.
	begin := time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC)
	end := begin.Add(sampled)
	now, current, _ := t.next(begin.Add(-sampled))
	for now.Before(end) {
		until, next, found := t.next(now)
		if !found || until.After(end) {
			until = end
		}
		if from := later(now, begin); until.After(from) {
			share := float64(until.Sub(from)) / float64(sampled)
			mean = mean.plus(current.times(share, share))
			if current.Most > 0 {
				open += share
			}
		}
		now, current = until, next
	}
	return mean, open
}

// next is the first change after a time.
func (t timetable) next(after time.Time) (time.Time, Range, bool) {
	var first time.Time
	var size Range
	for _, r := range t {
		if at := r.times.Next(after); !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first, size = at, r.size
		}
	}
	return first, size, !first.IsZero()
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
