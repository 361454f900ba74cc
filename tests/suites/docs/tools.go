package docs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// patience is how long one tool may take for one command on a busy machine.
const patience = 2 * time.Minute

// unchecked are commands that are taken as they are, with the reason.
var unchecked = map[string]string{
	"apt-get":    "Debian's own; the suite tests/suites/e2e needs what it installs",
	"cd":         "part of the shell",
	"base64":     "one flag, the same everywhere",
	"chroot":     "runs inside a debug container",
	"cut":        "filters what a checked command prints",
	"curl":       "its requests are those of the tests of services/inference",
	"dmesg":      "runs inside a debug container",
	"env":        "what it starts is checked",
	"sh":         "what it starts is checked",
	"grep":       "filters what a checked command prints",
	"mc":         "in the image of MinIO; tests/suites/programs/minio reads the lines of docs/local.md and runs the same for real",
	"pg_dump":    "in the image of PostgreSQL, which is not built here",
	"pg_restore": "in the image of PostgreSQL, which is not built here",
	"psql":       "in the image of PostgreSQL, which is not built here",
}

// verbs are the subcommands in use of tools that are neither ours nor built
// here: each has no parser that could be asked without the tool, and a misspelt
// verb is what one would notice.
var verbs = map[string][]string{
	"docker": {"build", "info", "load", "ps", "pull", "push", "run", "version"},
	"git":    {"add", "clone", "commit", "diff", "fetch", "log", "pull", "push", "status", "switch", "tag"},
	"helm":   {"get", "history", "list", "rollback", "status", "version"},
	"kind":   {"create", "delete", "get", "load", "version"},
}

func validateVerb(name string) validator {
	return func(_ context.Context, c command) (string, error) {
		if len(c.args) < 2 || !slices.Contains(verbs[name], c.args[1]) {
			return fmt.Sprintf("%s has no such verb in the list of this check: %s", name, strings.Join(verbs[name], ", ")), nil
		}
		return "", nil
	}
}

// skipped is the error of a validator that cannot work on this machine.
type skipped string

func (s skipped) Error() string { return string(s) }

func asSkipped(err error) (string, bool) {
	var why skipped
	if errors.As(err, &why) {
		return string(why), true
	}
	return "", false
}

// makefile knows the targets and variables of a Makefile.
type makefile struct{ targets, variables map[string]bool }

var (
	targetLine = regexp.MustCompile(`(?m)^([a-z][a-z0-9-]*):`)
	variable   = regexp.MustCompile(`\$[({]([A-Z][A-Z_]*)[)}]`)
	assignment = regexp.MustCompile(`^([A-Za-z_]+)=`)
)

func newMakefile(root string) (*makefile, error) {
	text, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		return nil, err
	}
	m := &makefile{map[string]bool{}, map[string]bool{}}
	for _, match := range targetLine.FindAllSubmatch(text, -1) {
		m.targets[string(match[1])] = true
	}
	for _, match := range variable.FindAllSubmatch(text, -1) {
		m.variables[string(match[1])] = true
	}
	return m, nil
}

func (m *makefile) validate(_ context.Context, c command) (string, error) {
	for _, arg := range c.args[1:] {
		if match := assignment.FindStringSubmatch(arg); match != nil {
			if !m.variables[match[1]] {
				return fmt.Sprintf("the Makefile does not read %s", match[1]), nil
			}
			continue
		}
		if !m.targets[arg] {
			return fmt.Sprintf("the Makefile has no target %s", arg), nil
		}
	}
	return "", nil
}

// validateBash accepts scripts of the checkout and, of .ci/run, its steps.
func validateBash(root string) validator {
	return func(_ context.Context, c command) (string, error) {
		if len(c.args) < 2 {
			return "a script is missing", nil
		}
		text, err := os.ReadFile(filepath.Join(root, c.args[1]))
		if err != nil {
			return "there is no script " + c.args[1], nil //nolint:nilerr // a wrong path is what this looks for
		}
		for _, step := range c.args[2:] {
			if c.args[1] == ".ci/run" && !strings.Contains(string(text), "\nrun_"+step+"()") {
				return ".ci/run has no step " + step, nil
			}
		}
		return "", nil
	}
}

// validateGo asks Go for the help of a subcommand and looks up the packages of the
// checkout that are run.
func validateGo(root string, mlops validator) validator {
	return func(ctx context.Context, c command) (string, error) {
		if len(c.args) < 2 {
			return "a subcommand is missing", nil
		}
		if c.args[1] != "run" || len(c.args) < 5 || c.args[2] != "-C" || c.args[4] != "." {
			_, err := output(ctx, root, nil, "go", "help", c.args[1])
			if err != nil {
				return fmt.Sprintf("go has no subcommand %s", c.args[1]), nil //nolint:nilerr // that is the finding
			}
			return "", nil
		}
		if found, err := filepath.Glob(filepath.Join(root, c.args[3], "*.go")); err != nil || len(found) == 0 {
			return "there is no package " + c.args[3], err
		}
		if filepath.Clean(c.args[3]) == "cmd/mlops" {
			return mlops(ctx, command{c.file, c.line, append([]string{"mlops"}, c.args[5:]...), c.mention})
		}
		return "", nil
	}
}

// output runs a program and returns what it printed to both streams.
func output(ctx context.Context, dir string, env []string, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	// A profile of whoever runs this would be asked for.
	cmd.Env = slices.DeleteFunc(append(os.Environ(), env...), func(entry string) bool { return strings.HasPrefix(entry, "AWS_PROFILE=") })
	cmd.WaitDelay = 5 * time.Second
	text, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return "", fmt.Errorf("%s did not end within %s", name, patience)
	}
	return string(text), err
}

// firstLine is the line of a tool's output that says what is wrong.
func firstLine(text string) string {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "usage:") {
			return line
		}
	}
	return "it failed and said nothing"
}
