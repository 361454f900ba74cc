package load

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Defaults of Options.
const (
	DefaultDuration = 2 * time.Minute
	DefaultEvery    = 2 * time.Second
)

const (
	// firstRate is what a small replica answers without noticing.
	firstRate = 40
	// growth is by how much the rate rises from line to line: tenfold within half
	// a minute.
	growth = 1.2
	// mostInFlight bounds the requests that wait for an answer: more would only
	// measure the queue.
	mostInFlight = 64
	// requestLimit bounds how long one request may take.
	requestLimit = 10 * time.Second
)

// Scaling is what an autoscaler has and wants.
type Scaling struct {
	// Ready replicas serve, of the Desired ones, of at most Max.
	Ready, Desired, Max int32
	// CPU and Target are the present and the wanted share of the request, in percent;
	// "?" while the first is not known.
	CPU, Target string
}

// atMaximum says whether there is nothing left to add.
func (s Scaling) atMaximum() bool { return s.Desired >= s.Max && s.Ready >= s.Max }

// Options say where the load goes and how it is watched. URL, Body, Scaling and Out
// are required.
type Options struct {
	// URL takes Body by POST.
	URL, Body string
	// Rate is the highest number of requests a second; 0 for no limit.
	Rate float64
	// Duration is how long it takes. Default: DefaultDuration.
	Duration time.Duration
	// Every is the time between two lines. Default: DefaultEvery.
	Every time.Duration
	// Scaling looks at the autoscaler.
	Scaling func(context.Context) (Scaling, error)
	Out     io.Writer
}

// Run drives the load until its duration is over or ctx ends, and sums up.
func Run(ctx context.Context, o Options) error {
	o.Duration, o.Every = cmp.Or(o.Duration, DefaultDuration), cmp.Or(o.Every, DefaultEvery)
	before, err := o.Scaling(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, o.Duration)
	defer cancel()
	d := &driver{options: o, client: newClient(), slots: make(chan struct{}, mostInFlight)}
	defer d.client.CloseIdleConnections()
	d.setRate(min(firstRate, cmp.Or(o.Rate, firstRate)))
	began := time.Now()
	fmt.Fprintf(o.Out, "%7s  %7s  %6s  %8s  %8s  %8s  %8s\n", "time", "req/s", "errors", "p50", "p99", "replicas", "CPU")
	var sending sync.WaitGroup
	sending.Go(func() { d.send(ctx) })
	err = d.watch(ctx, began, before)
	cancel()
	sending.Wait()
	return err
}

func newClient() *http.Client {
	return &http.Client{Timeout: requestLimit, Transport: &http.Transport{MaxIdleConnsPerHost: mostInFlight}}
}

// driver sends requests and counts them.
type driver struct {
	options Options
	client  *http.Client
	slots   chan struct{}

	mu    sync.Mutex
	rate  float64
	now   window
	total window
}

func (d *driver) setRate(rate float64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.rate = rate
}

func (d *driver) currentRate() float64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.rate
}

// send starts requests at the present rate, whether earlier ones were answered or not,
// as long as not too many wait.
func (d *driver) send(ctx context.Context) {
	const tick = 10 * time.Millisecond
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	var requests sync.WaitGroup
	defer requests.Wait()
	due, last := 0.0, time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			due += d.currentRate() * now.Sub(last).Seconds()
			last = now
		}
		for ; due >= 1; due-- {
			select {
			case d.slots <- struct{}{}:
				requests.Go(func() { d.request(ctx) })
			default: // all wait: what cannot be sent is not made up for
			}
		}
	}
}

// request sends one and counts it, unless the end of the load cuts it off.
func (d *driver) request(ctx context.Context) {
	defer func() { <-d.slots }()
	began := time.Now()
	err := d.post(ctx)
	if ctx.Err() != nil {
		return
	}
	took := time.Since(began)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now.add(took, err)
	d.total.add(took, err)
}

func (d *driver) post(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, d.options.URL, strings.NewReader(d.options.Body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := d.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, strings.TrimSpace(string(text)))
	}
	return err
}
