package load

import (
	"math"
	"slices"
	"time"
)

// window counts the requests of some time.
type window struct {
	took   []time.Duration
	errors int
	// last is the last error.
	last error
}

// add counts a request; how long a failed one took says nothing.
func (w *window) add(took time.Duration, err error) {
	if err != nil {
		w.errors++
		w.last = err
		return
	}
	w.took = append(w.took, took)
}

func (w *window) count() int { return len(w.took) + w.errors }

// quantile is the time within which a share of the answers came; 0 without any.
func (w *window) quantile(share float64) time.Duration {
	if len(w.took) == 0 {
		return 0
	}
	slices.Sort(w.took)
	return w.took[max(0, int(math.Ceil(share*float64(len(w.took))))-1)]
}
