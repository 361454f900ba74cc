package checkservice

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// subject is the server that is asked.
type subject struct {
	options Options
	client  *http.Client
	address string // host and port
	begin   time.Time
	server  *server // nil where it runs already
	end     *ending // what came of SIGTERM
}

// answerLimit is how long an answer may take: longer than any that a caller waits for.
const answerLimit = 30 * time.Second

// Run asks the server all that the platform relies on. It is an error that nothing
// could be asked: an option is wrong, or nothing listens at the URL.
func Run(ctx context.Context, options Options) (report *Report, err error) {
	if err := options.Check(); err != nil {
		return nil, err
	}
	s := newSubject(options.withDefaults())
	defer s.client.CloseIdleConnections()
	listens := dial(ctx, s.address)
	switch {
	case options.Command == "" && listens != nil:
		return nil, fmt.Errorf("nothing answers at %s: %w", options.URL, listens)
	case options.Command != "" && listens == nil:
		return nil, fmt.Errorf("a server listens at %s already: end it, or name another port", options.URL)
	case options.Command != "":
		if s.server, err = start(ctx, s.options.Command, s.port()); err != nil {
			return nil, err
		}
		defer s.server.kill()
	}
	report = &Report{URL: s.options.URL}
	for _, c := range contract() {
		report.Results = append(report.Results, s.result(ctx, c, report.Results))
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
	}
	return report, nil
}

func newSubject(options Options) *subject {
	address, _ := url.Parse(options.URL) // Check has read it
	host := address.Host
	if address.Port() == "" {
		host = net.JoinHostPort(address.Hostname(), map[string]string{"http": "80", "https": "443"}[address.Scheme])
	}
	return &subject{
		options: options, address: host, begin: time.Now(),
		client: &http.Client{
			Timeout:   answerLimit,
			Transport: &http.Transport{MaxIdleConnsPerHost: atOnce, ExpectContinueTimeout: time.Second},
			// Probes and callers of a Service do not follow to other places.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

func (s *subject) port() string {
	_, port, _ := net.SplitHostPort(s.address) // newSubject made it
	return port
}

// result asks one check, unless it would say nothing.
func (s *subject) result(ctx context.Context, c check, before []Result) Result {
	result := Result{Name: c.name, Asks: c.asks, Why: c.why, Status: Passed}
	if c.command && s.server == nil {
		result.Status, result.Reason = NotAsked, "needs --command: the server is not started and ended by this command"
		return result
	}
	for _, one := range before {
		// Without --command the server has started before.
		started := one.Name == "startup" && s.server == nil
		if one.Status != Passed && !started && slices.Contains(c.needs, one.Name) {
			result.Status, result.Reason = NotAsked, "needs "+one.Name+", which did not pass"
			return result
		}
	}
	if err := c.ask(s, ctx); err != nil {
		result.Status, result.Reason, result.Remedy = Failed, err.Error(), c.remedy
	}
	return result
}

func dial(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return connection.Close()
}
