package command

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/mlops-iac/mlops/services/inference/internal/store"
)

const (
	// firstContact is how long the first connections of a new pod may fail: network
	// policies learn of it a moment after it has started.
	firstContact = 30 * time.Second
	contactPause = 500 * time.Millisecond
)

// awaitStore returns when a store answers, whatever it says, or when it should have.
// A training run has one try: unlike the service it cannot ask again later.
func awaitStore(ctx context.Context, at store.Store) {
	for deadline := time.Now().Add(firstContact); ctx.Err() == nil && time.Now().Before(deadline); time.Sleep(contactPause) {
		var network *net.OpError
		if _, err := at.Empty(ctx); !errors.As(err, &network) {
			return
		}
	}
}
