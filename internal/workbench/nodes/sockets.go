package nodes

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
)

// EachSocket hands the socket of the containerd of every node to load; the machine has
// its state in a folder.
func EachSocket(ctx context.Context, folder string, load func(ctx context.Context, socket string) error) error {
	sockets, err := filepath.Glob(filepath.Join(folder, "*.sock"))
	if err != nil {
		return err
	}
	if len(sockets) == 0 {
		return errors.New("the nodes are simulated: no image can be put on them; `mlops up --embedded --nodes real` has real ones")
	}
	for _, socket := range sockets {
		if err := load(ctx, socket); err != nil {
			return fmt.Errorf("loading an image into %s: %w", filepath.Base(socket), err)
		}
	}
	return nil
}
