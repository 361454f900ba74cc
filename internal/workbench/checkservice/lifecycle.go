package checkservice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"syscall"
	"time"

	"github.com/mlops-iac/mlops/components/logging/record"
)

const (
	// loggedID is the id of the request that is looked for in the log.
	loggedID = "mlops-check-service"
	// between two requests while the server ends: twenty a second.
	between = 50 * time.Millisecond
	// atTheEnd is how long before the first refusal a connection may be cut: between two
	// requests nobody sees when the server stopped listening.
	atTheEnd = 2 * between
	// halfway is how long after SIGTERM the rest of a request is sent.
	halfway = 200 * time.Millisecond
)

// log looks for the line of one request. A server may have an id of its own for it.
func (s *subject) log(ctx context.Context) error {
	before := len(s.server.output.lines())
	if _, err := s.prediction(ctx, http.Header{"X-Request-Id": {loggedID}}); err != nil {
		return err
	}
	for begin := time.Now(); time.Since(begin) < countLimit; time.Sleep(pause) {
		lines := s.server.output.lines()
		for _, line := range lines[min(before, len(lines)):] {
			if isRecord(line) {
				return nil
			}
		}
	}
	return fmt.Errorf("no line for the request: JSON with msg %q, and %s, %s and %s", record.Request, record.RequestID, record.Code, record.Duration)
}

func isRecord(text string) bool {
	var line map[string]any
	if json.Unmarshal([]byte(text), &line) != nil {
		return false
	}
	id, _ := line[record.RequestID].(string)
	_, duration := line[record.Duration].(float64)
	return line["msg"] == record.Request && id != "" && line[record.Code] == float64(http.StatusOK) && duration
}

// ending is what came of SIGTERM.
type ending struct{ drain, exit error }

func (s *subject) drain(ctx context.Context) error {
	s.terminate(ctx, true)
	return s.end.drain
}

func (s *subject) exit(ctx context.Context) error {
	if s.end == nil { // predictions fail, so none are made
		s.terminate(ctx, false)
	}
	return s.end.exit
}

// underWay is what a server is doing when it is told to end.
type underWay struct {
	load *load
	slow *slow
}

// underWay makes requests, so that some are under way when the server is told to end.
func (s *subject) underWay(ctx context.Context) (*underWay, error) {
	u := &underWay{load: s.load(ctx)}
	time.Sleep(10 * between) // so that it is ended amid the load
	slow, err := s.slowly(ctx)
	if err != nil {
		return nil, errors.Join(err, u.load.stop())
	}
	u.slow = slow
	return u, nil
}

// terminate ends the server as a pod is ended, with requests under way or without.
func (s *subject) terminate(ctx context.Context, withRequests bool) {
	s.end = &ending{}
	var requests *underWay
	if withRequests {
		if requests, s.end.drain = s.underWay(ctx); s.end.drain != nil {
			withRequests = false
		}
	}
	deadline := time.After(s.options.ending)
	s.end.exit = s.server.terminate()
	if withRequests {
		time.Sleep(halfway)
		s.end.drain = requests.slow.finish()
	}
	if s.end.exit == nil {
		s.end.exit = s.ends(ctx, deadline)
	}
	if withRequests {
		s.end.drain = errors.Join(s.end.drain, requests.load.stop())
	}
}

// ends waits for the server to end by itself.
func (s *subject) ends(ctx context.Context, deadline <-chan time.Time) error {
	select {
	case <-s.server.exited:
		if s.server.err != nil {
			return fmt.Errorf("it ended with %w", s.server.err)
		}
		return nil
	case <-deadline:
		return fmt.Errorf("it still ran %s after SIGTERM", s.options.ending)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// load is requests at an even rate, each on a connection of its own, until one is
// refused: an endpoint that refuses them is no longer asked.
type load struct {
	client   *http.Client
	stopped  chan struct{}
	requests sync.WaitGroup

	mu     sync.Mutex
	made   int
	closed time.Time // when the first connection was refused
	lost   []lost
}

type lost struct {
	at  time.Time
	err error
}

func (s *subject) load(ctx context.Context) *load {
	l := &load{
		client:  &http.Client{Timeout: answerLimit, Transport: &http.Transport{DisableKeepAlives: true}},
		stopped: make(chan struct{}),
	}
	alone := *s
	alone.client = l.client
	l.requests.Go(func() {
		ticks := time.NewTicker(between)
		defer ticks.Stop()
		for !l.ended() {
			l.requests.Go(func() { l.note(time.Now(), alone.ask(ctx)) })
			select {
			case <-l.stopped:
				return
			case <-ticks.C:
			}
		}
	})
	return l
}

func (l *load) ended() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.closed.IsZero()
}

func (l *load) note(at time.Time, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.made++
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		if l.closed.IsZero() || at.Before(l.closed) {
			l.closed = at
		}
	case err != nil:
		l.lost = append(l.lost, lost{at, err})
	}
}

// stop ends the load and reports what was lost. A connection that the kernel took in
// the moment in which the server stopped listening is as good as refused. A server that has
// ended before anybody was refused stopped listening now.
func (l *load) stop() error {
	close(l.stopped)
	now := time.Now()
	l.requests.Wait()
	closed := l.closed
	if closed.IsZero() {
		closed = now
	}
	var failures []error
	for _, one := range l.lost {
		cut := errors.Is(one.err, syscall.ECONNRESET) || errors.Is(one.err, io.EOF)
		if !cut || closed.Sub(one.at) > atTheEnd {
			failures = append(failures, one.err)
		}
	}
	if len(failures) > 0 {
		return fmt.Errorf("%d of %d requests were lost: %w", len(failures), l.made, failures[0])
	}
	return nil
}
