package e2e_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/assert"
)

// pace is the time between two requests of a stream to each tenant.
const pace = 50 * time.Millisecond

// traffic is what became of requests.
type traffic struct {
	mu       sync.Mutex
	sent     int
	lost     map[string][]string
	versions map[string]bool
}

func newTraffic() *traffic { return &traffic{lost: map[string][]string{}, versions: map[string]bool{}} }

// lostCount counts what was lost.
func (r *traffic) lostCount() int {
	count := 0
	for _, requests := range r.lost {
		count += len(requests)
	}
	return count
}

// request asks a tenant its question.
func (r *traffic) request(p platform, tenant string) {
	r.note(tenant, time.Now(), func() (answer, error) { return p.ask(tenant) })
}

// note sends a request and notes what came of it: anything but the right answer is a
// lost request.
func (r *traffic) note(tenant string, began time.Time, send func() (answer, error)) {
	got, err := send()
	if err == nil {
		err = isAnswer(tenant, got)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent++
	if err != nil {
		r.lost[tenant] = append(r.lost[tenant], fmt.Sprintf("after %s: %v", time.Since(began).Round(time.Millisecond), err))
		return
	}
	r.versions[got.ModelVersion] = true
}

// during asks every tenant steadily while an action runs, and returns what came of it.
func (p platform) during(t *testing.T, action func()) *traffic {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	seen := newTraffic()
	var all sync.WaitGroup
	for tenant := range questions() {
		all.Go(func() {
			for ticker := time.Tick(pace); ctx.Err() == nil; <-ticker {
				all.Go(func() { seen.request(p, tenant) })
			}
		})
	}
	defer func() {
		stop()
		all.Wait()
		times.count(t.Name(), seen)
	}()
	action()
	return seen
}

// undisturbed is during, and no request may be lost.
func (p platform) undisturbed(t *testing.T, action func()) *traffic {
	t.Helper()
	seen := p.during(t, action)
	assert.Empty(t, seen.lost, "requests of %d", seen.sent)
	return seen
}

// withOneServer is during, and the tenant that has a second server may lose no request.
// The other one has its next server in time or has not: nothing promises it.
func (p platform) withOneServer(t *testing.T, action func()) {
	t.Helper()
	seen := p.during(t, action)
	assert.Empty(t, seen.lost["tenant-a"], "requests of %d", seen.sent)
	t.Logf("tenant-b, whose only server went, lost %d requests", len(seen.lost["tenant-b"]))
}

// used are the versions of models that answered, sorted.
func (r *traffic) used() []string { return slices.Sorted(maps.Keys(r.versions)) }

// shownLost is how many of the lost requests of a step are printed with their reason.
const shownLost = 3

// timetable is printed at the end.
type timetable struct {
	mu   sync.Mutex
	rows []*timetableRow
}

type timetableRow struct {
	name       string
	took       time.Duration
	sent, lost int
	// first are the first lost requests.
	first []string
}

var times timetable

// timed runs a step and notes how long it took.
func timed(t *testing.T, name string, step func(*testing.T)) {
	t.Helper()
	began := time.Now()
	t.Run(name, step)
	times.row(t.Name() + "/" + strings.ReplaceAll(name, " ", "_")).took = time.Since(began)
}

func (r *timetable) row(name string) *timetableRow {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, row := range r.rows {
		if row.name == name {
			return row
		}
	}
	r.rows = append(r.rows, &timetableRow{name: name})
	return r.rows[len(r.rows)-1]
}

// count adds requests to the row of a step. Names of tests have no spaces.
func (r *timetable) count(name string, seen *traffic) {
	row := r.row(name)
	row.sent += seen.sent
	row.lost += seen.lostCount()
	for tenant, requests := range seen.lost {
		for _, request := range requests[:min(len(requests), shownLost-len(row.first))] {
			row.first = append(row.first, tenant+" "+request)
		}
	}
}

func (r *timetable) print() {
	if len(r.rows) == 0 {
		return
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nSTEP\tSECONDS\tREQUESTS\tLOST")
	for _, row := range r.rows {
		requests, lost := "-", "-"
		if row.sent > 0 {
			requests, lost = fmt.Sprint(row.sent), fmt.Sprint(row.lost)
		}
		fmt.Fprintf(table, "%s\t%.0f\t%s\t%s\n", row.name, row.took.Seconds(), requests, lost)
	}
	_ = table.Flush() // it was printed, or nobody reads
	for _, row := range r.rows {
		for _, request := range row.first {
			fmt.Println(row.name, "lost", request)
		}
	}
}
