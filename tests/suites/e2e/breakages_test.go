package e2e_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// breakage is one thing that is wrong on a running platform.
type breakage struct {
	name string
	// fails are the checks that must notice, and no other may; sorted.
	fails []string
	cause cause
}

// cause breaks something and returns what mends it.
type cause func(context.Context, cluster) (mend func(context.Context) error, err error)

const (
	// onItsWay is how long a breakage has to reach what it breaks.
	onItsWay = 10 * time.Second
	// rolledOut is how much longer new servers have to take the place of the old ones,
	// where they can.
	rolledOut = time.Minute
)

// TestBreakages breaks one thing after the other and sees which checks notice. It says
// nothing of the platform but of the checks, and takes half an hour: `make e2e` leaves
// it out.
func TestBreakages(t *testing.T) {
	folder := newFolder(t)
	p, _ := newPlatform(t, folder)
	require.Equal(t, []string{}, p.failing(t.Context()), "nothing is broken yet")
	in := p.cluster(t)
	for _, b := range breakages() {
		timed(t, b.name, func(t *testing.T) {
			mend, err := b.cause(t.Context(), in)
			require.NoError(t, err)
			defer func() {
				require.NoError(t, mend(context.WithoutCancel(t.Context())))
				eventually(t, settleLimit, func() error { return p.settled(t.Context()) })
			}()
			time.Sleep(onItsWay)
			_ = until(t.Context(), rolledOut, func() error { return p.settled(t.Context()) }) // it is broken
			assert.Equal(t, b.fails, p.failing(t.Context()))
		})
	}
	require.Equal(t, []string{}, p.failing(t.Context()), "everything is mended")
	succeed(t, "down", folder)
}

// failing asks every check at the same time, and returns the names of those that do
// not pass; sorted.
func (p platform) failing(ctx context.Context) []string {
	failed := []string{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, c := range checks() {
		all.Go(func() {
			if err := c.ask(ctx, p); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed = append(failed, c.name)
				_, _ = os.Stderr.WriteString(c.name + ": " + err.Error() + "\n") // a person waits
			}
		})
	}
	all.Wait()
	slices.Sort(failed)
	return failed
}

// together joins several breakages to one.
func together(causes ...cause) cause {
	return func(ctx context.Context, in cluster) (func(context.Context) error, error) {
		var mends []func(context.Context) error
		mend := func(ctx context.Context) error {
			var errs []error
			for _, one := range slices.Backward(mends) {
				errs = append(errs, one(ctx))
			}
			return errors.Join(errs...)
		}
		for _, one := range causes {
			back, err := one(ctx, in)
			if err != nil {
				return nil, errors.Join(err, mend(ctx))
			}
			mends = append(mends, back)
		}
		return mend, nil
	}
}
