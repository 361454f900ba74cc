package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/mlops-iac/mlops/internal/workbench/nodes"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// Instance is one embedded platform, known by its folder.
type Instance struct{ folder string }

// Open returns the instance in a folder; empty for the one in the user's cache.
// There need be nothing yet.
func Open(folder string) (Instance, error) {
	if folder == "" {
		cache, err := toolset.CacheFolder()
		if err != nil {
			return Instance{}, err
		}
		folder = filepath.Join(cache, "embedded")
	}
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return Instance{}, fmt.Errorf("folder of the embedded platform: %w", err)
	}
	return Instance{folder: absolute}, nil
}

func (i Instance) path(parts ...string) string {
	return filepath.Join(append([]string{i.folder}, parts...)...)
}

// record is what the supervisor writes once its control plane is ready.
type record struct {
	PID        int       `json:"pid"`
	Kubeconfig string    `json:"kubeconfig"`
	URL        string    `json:"url"`
	Version    string    `json:"version"`
	Started    time.Time `json:"started"`
	Ends       time.Time `json:"ends"`
	// Nodes is what runs the pods.
	Nodes NodeKind `json:"nodes"`
	// Services is the address of the services of tenants; empty with simulated nodes.
	Services string `json:"services,omitempty"`
}

// errNotRunning says that there is no control plane.
var errNotRunning = errors.New("no embedded platform is running; `mlops up --embedded` starts one")

// running returns the record of a control plane whose supervisor lives.
func (i Instance) running() (record, error) {
	if !i.supervised() {
		return record{}, errNotRunning
	}
	data, err := os.ReadFile(i.path("instance.json"))
	if errors.Is(err, os.ErrNotExist) {
		return record{}, errNotRunning
	}
	if err != nil {
		return record{}, err
	}
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		return record{}, fmt.Errorf("reading %s: %w", i.path("instance.json"), err)
	}
	return r, nil
}

func (i Instance) write(r record) error { return i.writeJSON("instance.json", r) }

// writeJSON writes a file at once: nobody reads half of it.
func (i Instance) writeJSON(name string, r record) error {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	temporary := i.path(name + ".new")
	if err := os.WriteFile(temporary, append(data, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, i.path(name))
}

// remove deletes the folder, after what is left of nodes has been ended. A process
// that is just ending may still write a file, so it is tried for a while.
func (i Instance) remove() error {
	err := nodes.Clean(i.folder)
	if err != nil {
		return err
	}
	for range 20 {
		if err = os.RemoveAll(i.folder); err == nil {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("removing %s: %w", i.folder, err)
}

// clear removes what a control plane left that did not end by itself: its
// machine was switched off, say. It is not taken up again, because nobody knows
// at which moment it stopped. It reports whether there was anything. The folder
// itself stays, for its lock.
func (i Instance) clear() (found bool, err error) {
	left, err := os.ReadDir(i.folder)
	if err != nil {
		return false, err
	}
	if err := nodes.Clean(i.folder); err != nil {
		return false, err
	}
	for _, entry := range left {
		err = errors.Join(err, os.RemoveAll(i.path(entry.Name())))
	}
	return len(left) > 0, err
}

// removeEmpty removes the folder when there is nothing in it.
func (i Instance) removeEmpty() error {
	if left, err := os.ReadDir(i.folder); err != nil || len(left) > 0 {
		return err
	}
	return os.Remove(i.folder)
}

// supervised says whether a supervisor lives: it holds a lock for as long as it
// does, however it ends.
func (i Instance) supervised() bool {
	file, err := os.Open(i.path(lockFile))
	if err != nil {
		return false
	}
	defer file.Close()
	return flock(file) != nil
}

// lockFile is held by the supervisor.
const lockFile = "supervisor.lock"

// lock keeps other commands out of the folder until the returned function is
// called or this process ends.
func (i Instance) lock() (unlock func(), err error) {
	for {
		if err := os.MkdirAll(i.folder, 0o700); err != nil {
			return nil, fmt.Errorf("making the folder of the embedded platform: %w", err)
		}
		held, err := os.Open(i.folder)
		if err != nil {
			return nil, fmt.Errorf("opening the folder of the embedded platform: %w", err)
		}
		if err := flock(held); err != nil {
			_ = held.Close()
			return nil, fmt.Errorf("%s is in use by another mlops command (%w); wait for it or end it", i.folder, err)
		}
		// Its last user may have removed the folder between opening and locking.
		if now, err := os.Stat(i.folder); err == nil && same(held, now) {
			return func() { _ = held.Close() }, nil
		}
		_ = held.Close()
	}
}

func same(held *os.File, now os.FileInfo) bool {
	info, err := held.Stat()
	return err == nil && os.SameFile(info, now)
}
