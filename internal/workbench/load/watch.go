package load

import (
	"context"
	"fmt"
	"time"
)

// watch writes a line every so often and raises the rate until the autoscaler is at
// its maximum. It returns nil when ctx ends.
func (d *driver) watch(ctx context.Context, began time.Time, before Scaling) error {
	ticker := time.NewTicker(d.options.Every)
	defer ticker.Stop()
	seen, last := story{before: before, latest: before}, began
	for {
		select {
		case <-ctx.Done():
			return d.sumUp(seen, time.Since(began))
		case <-ticker.C:
		}
		scaling, err := d.options.Scaling(ctx)
		if ctx.Err() != nil {
			return d.sumUp(seen, time.Since(began))
		}
		if err != nil {
			return err
		}
		now := time.Now()
		seen.note(scaling, now.Sub(began))
		if err := d.line(scaling, now.Sub(began), now.Sub(last)); err != nil {
			return err
		}
		last = now
		if !scaling.atMaximum() {
			d.raise()
		}
	}
}

// raise lets the rate grow up to its limit. Where requests wait for each other it
// stays: the service, or this machine, has no more to give.
func (d *driver) raise() {
	if len(d.slots) == cap(d.slots) {
		return
	}
	rate := d.currentRate() * growth
	if limit := d.options.Rate; limit > 0 {
		rate = min(rate, limit)
	}
	d.setRate(rate)
}

// line writes what came back since the last one.
func (d *driver) line(s Scaling, at, over time.Duration) error {
	d.mu.Lock()
	w := d.now
	d.now = window{}
	d.mu.Unlock()
	_, err := fmt.Fprintf(d.options.Out, "%7s  %7.0f  %6d  %8s  %8s  %8s  %8s\n", at.Round(time.Second),
		float64(w.count())/over.Seconds(), w.errors, brief(w.quantile(0.5)), brief(w.quantile(0.99)),
		fmt.Sprintf("%d/%d", s.Ready, s.Desired), fmt.Sprintf("%s/%s %%", s.CPU, s.Target))
	return err
}

// story is what the autoscaler has done.
type story struct {
	before, latest Scaling
	// acted is when it first wanted more, and full when it was at its maximum; 0 for never.
	acted, full time.Duration
}

func (s *story) note(now Scaling, at time.Duration) {
	s.latest = now
	if s.acted == 0 && now.Desired > s.before.Desired {
		s.acted = at
	}
	if s.full == 0 && now.atMaximum() {
		s.full = at
	}
}

// sumUp writes the whole in a few lines.
func (d *driver) sumUp(seen story, took time.Duration) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	w := &d.total
	fmt.Fprintf(d.options.Out, "\n%d requests in %s, %.0f/s on average, %d errors; p50 %s, p99 %s\n", w.count(), took.Round(time.Second),
		float64(w.count())/took.Seconds(), w.errors, brief(w.quantile(0.5)), brief(w.quantile(0.99)))
	if w.last != nil {
		fmt.Fprintf(d.options.Out, "last error: %v\n", w.last)
	}
	_, err := fmt.Fprintln(d.options.Out, seen)
	return err
}

// String tells the story in a sentence.
func (s story) String() string {
	if s.before.atMaximum() {
		return fmt.Sprintf("The autoscaler was at its maximum of %d before.", s.before.Max)
	}
	if s.acted == 0 {
		return fmt.Sprintf("The autoscaler has not acted: %d of at most %d replicas, CPU %s/%s %%.", s.latest.Desired, s.latest.Max, s.latest.CPU, s.latest.Target)
	}
	text := fmt.Sprintf("The autoscaler acted after %s and went from %d to %d", s.acted.Round(time.Second), s.before.Desired, s.latest.Desired)
	if s.full > 0 {
		return fmt.Sprintf("%s, its maximum, whose pods were ready after %s.", text, s.full.Round(time.Second))
	}
	return fmt.Sprintf("%s of at most %d.", text, s.latest.Max)
}

// brief is a time with about three digits.
func brief(d time.Duration) string {
	switch {
	case d == 0:
		return "-"
	case d < 10*time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	default:
		return d.Round(10 * time.Millisecond).String()
	}
}
