package scan

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// runProgram runs a scanner in folder. The environment is bare, so that no
// setting of the user's own TRIVY_ or KICS_ variables changes what is found.
func runProgram(ctx context.Context, folder, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = folder
	cmd.Env = []string{"HOME=" + folder, "TMPDIR=" + folder, "PATH=" + os.Getenv("PATH"), "DISABLE_CRASH_REPORT=1"}
	cmd.WaitDelay = 5 * time.Second
	output, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("%w\n%s", err, lastLines(string(output), 15))
	}
	return nil
}

func lastLines(text string, count int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-count):], "\n")
}
