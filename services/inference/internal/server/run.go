package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

const (
	headerTime = 5 * time.Second
	// idleTime is longer than the 60 s after which load balancers of AWS give a
	// connection up: the side that reuses connections must be the first to close.
	idleTime  = 120 * time.Second
	maxHeader = 16 << 10
	// writeSlack is what an answer may take beyond the request timeout.
	writeSlack = 5 * time.Second
)

// Limits say how a running server ends.
type Limits struct {
	// Delay is the time between the end of readiness and that of new connections.
	Delay time.Duration
	// Timeout is the longest time for requests under way after that.
	Timeout time.Duration
}

// Run answers requests on a listener until the context ends, and then drains:
// /ready answers 503 for Limits.Delay while requests go on, then no connection is
// taken any more and requests under way have Limits.Timeout to finish. What is
// still open then is cut off, which is an error.
func (s *Server) Run(ctx context.Context, listener net.Listener, limits Limits) error {
	inner := &http.Server{
		Handler: s,
		// Of the header alone too: another limit would set one more timer for every request.
		ReadTimeout:  s.options.RequestTimeout + headerTime,
		WriteTimeout: s.options.RequestTimeout + headerTime + writeSlack,
		IdleTimeout:  idleTime, MaxHeaderBytes: maxHeader,
		// OPTIONS * is answered and counted like every other request.
		DisableGeneralOptionsHandler: true,
	}
	ended := make(chan error, 1)
	go func() { ended <- inner.Serve(listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	s.Drain()
	s.options.Log.Info("draining", "delay", limits.Delay.String(), "timeout", limits.Timeout.String())
	time.Sleep(limits.Delay)

	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), limits.Timeout)
	defer cancel()
	if err := inner.Shutdown(last); err != nil {
		_ = inner.Close()
		return fmt.Errorf("requests were still under way after %s: %w", limits.Timeout, err)
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving: %w", err)
	}
	s.options.Log.Info("drained")
	return nil
}
