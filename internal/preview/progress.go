package preview

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// progress tells a waiting user what happens. On a terminal the count of
// planned resources is rewritten in place; elsewhere only stages are printed.
type progress struct {
	mu       sync.Mutex
	out      io.Writer
	live     bool
	started  time.Time
	counting bool
}

func newProgress(out io.Writer) *progress {
	file, isFile := out.(*os.File)
	return &progress{out: out, live: isFile && term.IsTerminal(int(file.Fd())), started: time.Now()}
}

// stage prints one sentence on a line of its own.
func (p *progress) stage(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.endCount()
	fmt.Fprintf(p.out, "[%5.1f s] "+format+"\n", append([]any{time.Since(p.started).Seconds()}, args...)...)
}

// planned shows how far the engine is.
func (p *progress) planned(stack string, count int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live {
		fmt.Fprintf(p.out, "\r[%5.1f s] %s: %d resources planned", time.Since(p.started).Seconds(), stack, count)
		p.counting = true
	}
}

// done ends a line that was rewritten in place.
func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.endCount()
}

func (p *progress) endCount() {
	if p.counting {
		fmt.Fprintln(p.out)
		p.counting = false
	}
}

func (p *progress) took() time.Duration { return time.Since(p.started) }
