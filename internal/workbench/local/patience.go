package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/mlops-iac/mlops/internal/workbench/progress"
)

const (
	// toldAfter is how long a workload may wait before it is told why.
	toldAfter = 30 * time.Second
	// imageAfter is how long an image may be missing before waiting is given up:
	// nobody will put it on the nodes, and the engine would wait ten minutes.
	imageAfter = 40 * time.Second
	// lookEvery is how often it is looked at what waits.
	lookEvery = 2 * time.Second
)

// errImageMissing says that a workload has no image.
var errImageMissing = errors.New("its image is not there")

// patience knows since when workloads wait, and what was told of them.
type patience struct {
	since  map[string]time.Time
	images map[string]time.Time
	told   map[string]bool
}

// look takes in what waits at a moment. It returns what is to be told now, and an
// error when waiting does not help.
func (p *patience) look(now time.Time, seen []waiting) (news []waiting, err error) {
	since, images, told := map[string]time.Time{}, map[string]time.Time{}, map[string]bool{}
	for _, w := range seen {
		since[w.workload] = earlier(p.since, w.workload, now)
		if w.image {
			images[w.workload] = earlier(p.images, w.workload, now)
			if now.Sub(images[w.workload]) >= imageAfter && err == nil {
				err = fmt.Errorf("%s: %w", w, errImageMissing)
			}
		}
		told[w.workload] = now.Sub(since[w.workload]) >= toldAfter
		if told[w.workload] && !p.told[w.workload] {
			news = append(news, w)
		}
	}
	p.since, p.images, p.told = since, images, told
	return news, err
}

func earlier(since map[string]time.Time, workload string, now time.Time) time.Time {
	if begin, known := since[workload]; known {
		return begin
	}
	return now
}

// attend runs an operation, tells why workloads wait for long, and ends the operation
// when waiting does not help.
func (t *target) attend(ctx context.Context, p *progress.Progress, operate func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		patience := &patience{}
		for ctx.Err() == nil {
			// What cannot be seen at one moment is seen at the next.
			if seen, err := reasons(ctx, t.client); err == nil {
				news, err := patience.look(time.Now(), seen)
				for _, w := range news {
					p.Stage("waits for long: %s", w)
				}
				if err != nil {
					cancel(err)
				}
			}
			select {
			case <-ctx.Done():
			case <-time.After(lookEvery):
			}
		}
	}()
	err := operate(ctx)
	if cause := context.Cause(ctx); errors.Is(cause, errImageMissing) && err != nil {
		err = cause
	}
	cancel(nil)
	<-done
	return err
}

// explain writes why workloads are not ready, after a failure.
func (t *target) explain(ctx context.Context, out io.Writer) {
	if ctx.Err() != nil {
		return
	}
	seen, err := reasons(ctx, t.client)
	if err != nil {
		fmt.Fprintf(out, "not ready: %v\n", err)
	}
	for _, w := range seen {
		fmt.Fprintf(out, "not ready: %s\n", w)
	}
}
