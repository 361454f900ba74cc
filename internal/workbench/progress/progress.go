// Package progress tells a waiting user what a command is doing.
package progress

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// Progress writes stages, each with the seconds since the start. On a terminal
// a count is rewritten in place; elsewhere only stages are printed.
type Progress struct {
	mu       sync.Mutex
	out      io.Writer
	live     bool
	started  time.Time
	counting bool
}

// New starts the clock.
func New(out io.Writer) *Progress {
	file, isFile := out.(*os.File)
	return &Progress{out: out, live: isFile && term.IsTerminal(int(file.Fd())), started: time.Now()}
}

// Stage prints one sentence on a line of its own.
func (p *Progress) Stage(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.endCount()
	fmt.Fprintf(p.out, "[%5.1f s] "+format+"\n", append([]any{time.Since(p.started).Seconds()}, args...)...)
}

// Count shows how far something is, as "what: count unit".
func (p *Progress) Count(what string, count int, unit string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live {
		fmt.Fprintf(p.out, "\r[%5.1f s] %s: %d %s", time.Since(p.started).Seconds(), what, count, unit)
		p.counting = true
	}
}

// Done ends a line that was rewritten in place.
func (p *Progress) Done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.endCount()
}

func (p *Progress) endCount() {
	if p.counting {
		fmt.Fprintln(p.out)
		p.counting = false
	}
}

// Took is the time since the start.
func (p *Progress) Took() time.Duration { return time.Since(p.started) }
