package server

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// maxFaultLatency bounds the latency that can be asked for; the request timeout
// ends requests that wait longer than that.
const maxFaultLatency = 5 * time.Minute

// Faults are the injected faults of a service, for game days and for
// tests of alerts. Every part left out is none.
type Faults struct {
	// Latency is added to every prediction, such as "6s".
	Latency Duration `json:"latency"`
	// ErrorRatio is the share of predictions that are answered with 500, 0 to 1.
	// It is kept exactly, not by chance: 0.5 is every second one.
	ErrorRatio float64 `json:"errorRatio"`
	// PanicRatio is the share of predictions that end in a panic, 0 to 1.
	PanicRatio float64 `json:"panicRatio"`
	// NoModel makes the service behave as before its model was loaded.
	NoModel bool `json:"noModel"`
}

// Duration is a time.Duration written as "1.5s".
type Duration time.Duration

// MarshalJSON writes the duration as text.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// UnmarshalJSON reads what time.ParseDuration does.
func (d *Duration) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	parsed, err := time.ParseDuration(text)
	*d = Duration(parsed)
	return err
}

// switchboard holds the faults in force. The zero value, and nil, has none.
type switchboard struct {
	mu             sync.Mutex
	faults         Faults
	errors, panics float64
}

func (b *switchboard) current() Faults {
	if b == nil {
		return Faults{}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.faults
}

func (b *switchboard) set(faults Faults) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults, b.errors, b.panics = faults, 0, 0
}

// due adds the ratios up and says which fault this request gets.
func (b *switchboard) due() (latency time.Duration, fails, breaks bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.errors += b.faults.ErrorRatio
	b.panics += b.faults.PanicRatio
	if breaks = b.panics >= 1; breaks {
		b.panics--
	}
	if fails = b.errors >= 1; fails {
		b.errors--
	}
	return time.Duration(b.faults.Latency), fails, breaks
}

// errAsked is what a request breaks with that was asked to.
const errAsked = "fault injected"

// strike does to a request what was asked for. A request that would wait beyond its
// deadline is ended there: this is the only thing that a request waits for, but for its
// body, which the server bounds.
func (b *switchboard) strike(ctx context.Context, deadline time.Time) *failure {
	if b == nil {
		return nil
	}
	latency, fails, breaks := b.due()
	if latency > 0 {
		ctx, cancel := context.WithDeadline(ctx, deadline)
		defer cancel()
		timer := time.NewTimer(latency)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return fail(http.StatusServiceUnavailable, CodeTimeout, "The request took longer than the limit.")
		}
	}
	if breaks {
		panic(errAsked) //nolint:forbidigo // this is what the switch is for
	}
	if fails {
		return fail(http.StatusInternalServerError, CodeFault, "This error was asked for with the fault switch.")
	}
	return nil
}

// answer is the handler of /-/faults.
func (b *switchboard) answer(s *Server) func(*exchange, *http.Request) {
	return methods(map[string]handler{
		http.MethodGet: func(x *exchange, _ *http.Request) *failure {
			writeJSON(x, http.StatusOK, b.current())
			return nil
		},
		http.MethodPost: func(x *exchange, r *http.Request) *failure {
			var faults Faults
			if bad := readJSON(x, r, s.options.MaxBodyBytes, &faults); bad != nil {
				return bad
			}
			if bad := faults.check(); bad != nil {
				return bad
			}
			return s.turn(x, faults)
		},
		http.MethodDelete: func(x *exchange, _ *http.Request) *failure { return s.turn(x, Faults{}) },
	})
}

func (s *Server) turn(x *exchange, faults Faults) *failure {
	s.faults.set(faults)
	s.options.Metrics.Available(s.model() != nil)
	s.options.Log.Warn("faults in force", "faults", faults)
	writeJSON(x, http.StatusOK, faults)
	return nil
}

func (f Faults) check() *failure {
	ratio := func(value float64) bool { return value >= 0 && value <= 1 }
	switch {
	case f.Latency < 0 || time.Duration(f.Latency) > maxFaultLatency:
		return fail(http.StatusUnprocessableEntity, CodeInvalidFault, "latency: must be from 0s to %s.", maxFaultLatency)
	case !ratio(f.ErrorRatio):
		return fail(http.StatusUnprocessableEntity, CodeInvalidFault, "errorRatio: must be from 0 to 1.")
	case !ratio(f.PanicRatio):
		return fail(http.StatusUnprocessableEntity, CodeInvalidFault, "panicRatio: must be from 0 to 1.")
	default:
		return nil
	}
}
