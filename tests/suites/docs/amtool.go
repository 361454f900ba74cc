package docs

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// newAmtool validates commands of amtool, which parses everything before it asks
// Alertmanager: at an address where nobody listens, a valid one is refused there.
func newAmtool(root string) validator {
	find := sync.OnceValues(func() (string, error) {
		cmd := exec.Command("go", "tool", "-n", "amtool")
		cmd.Dir = filepath.Join(root, "tools", "alertmanager")
		cmd.Env = append(os.Environ(), "GOWORK=off")
		path, err := cmd.Output()
		if err != nil {
			return "", fmt.Errorf("building amtool: %w", err)
		}
		return strings.TrimSpace(string(path)), nil
	})
	return func(ctx context.Context, c command) (string, error) {
		binary, err := find()
		if err != nil {
			return "", err
		}
		var args []string
		for _, arg := range c.args[1:] {
			if !strings.HasPrefix(arg, "--alertmanager.url=") {
				args = append(args, arg)
			}
		}
		text, err := output(ctx, root, nil, binary, append([]string{"--alertmanager.url=" + nowhere}, args...)...)
		if _, failed := asExit(err); err != nil && !failed {
			return "", err
		}
		if err == nil || strings.Contains(text, "connection refused") {
			return "", nil
		}
		return firstLine(text), nil
	}
}
