package terraform

import (
	"fmt"
	"strings"
	"sync"

	"github.com/blang/semver"
)

// Exception is a property that pulumi-aws has and the older provider that is
// built from its Go module does not know yet.
type Exception struct {
	// Type is the provider's resource type, Property the path in Pulumi.
	Type, Property string
	// Since is the first version of the provider that knows it. From that version
	// on the exception must not be needed.
	Since string
	// Reason says why it can be left out of a verification.
	Reason string
}

// Exceptions remembers which exceptions were needed. It is safe for concurrent use.
type Exceptions struct {
	list []Exception

	mu    sync.Mutex
	used  map[int]int
	known map[int]bool
}

// NewExceptions returns those of exceptions that count for a version of the
// provider, such as "5.82.0".
func NewExceptions(exceptions []Exception, version string) (*Exceptions, error) {
	at, err := semver.ParseTolerant(version)
	if err != nil {
		return nil, fmt.Errorf("the provider's version %q: %w", version, err)
	}
	e := &Exceptions{used: map[int]int{}, known: map[int]bool{}}
	for _, exception := range exceptions {
		since, err := semver.ParseTolerant(exception.Since)
		if err != nil {
			return nil, fmt.Errorf("the exception for %s %s: version %q: %w", exception.Type, exception.Property, exception.Since, err)
		}
		if at.LT(since) {
			e.list = append(e.list, exception)
		}
	}
	return e, nil
}

// drop says whether a property is to be left out. known says whether the
// provider knows it, in which case the exception is stale.
func (e *Exceptions) drop(resourceType, path string, known bool) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i, exception := range e.list {
		if exception.Type != resourceType || exception.Property != withoutIndexes(path) {
			continue
		}
		e.used[i]++
		e.known[i] = e.known[i] || known
		return !known
	}
	return false
}

func withoutIndexes(path string) string {
	for {
		before, rest, found := strings.Cut(path, "[")
		if !found {
			return path
		}
		_, after, _ := strings.Cut(rest, "]")
		path = before + after
	}
}

// Use is an exception and how often it was needed.
type Use struct {
	Exception
	Count int
	// Stale says that the provider knows the property after all.
	Stale bool
}

// Uses lists all exceptions that count.
func (e *Exceptions) Uses() []Use {
	e.mu.Lock()
	defer e.mu.Unlock()
	uses := make([]Use, len(e.list))
	for i, exception := range e.list {
		uses[i] = Use{Exception: exception, Count: e.used[i], Stale: e.known[i]}
	}
	return uses
}
