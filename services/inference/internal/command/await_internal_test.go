package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/services/inference/internal/store"
)

// answers is a store that says one thing after the other, whatever it is asked.
type answers struct {
	store.Store

	errs  []error
	asked int
}

// Empty implements store.Store.
func (a *answers) Empty(context.Context) (bool, error) {
	a.asked++
	return false, a.errs[min(a.asked, len(a.errs))-1]
}

// TestFirstConnectionsMayBeRefused is about pods that policies do not know yet.
func TestFirstConnectionsMayBeRefused(t *testing.T) {
	t.Parallel()
	refused := fmt.Errorf("listing: %w", &net.OpError{Op: "dial", Err: errors.New("connection refused")})
	for name, c := range map[string]struct {
		errs  []error
		asked int
	}{
		"at once":             {[]error{nil}, 1},
		"refused twice":       {[]error{refused, refused, nil}, 3},
		"an answer, if no":    {[]error{errors.New("AccessDenied")}, 1},
		"refused, and denied": {[]error{refused, errors.New("AccessDenied")}, 2},
	} {
		at := &answers{errs: c.errs}
		awaitStore(t.Context(), at)
		assert.Equal(t, c.asked, at.asked, name)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	at := &answers{errs: []error{refused}}
	awaitStore(ended, at)
	assert.Equal(t, 0, at.asked, "the run is over")
}
