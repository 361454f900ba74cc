package docs

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/mlops-iac/mlops/internal/workbench/toolset"
)

// cobra checks commands of programs built with cobra: with --help they parse
// all flags and then, instead of doing anything, say how they are used.
type cobra struct {
	// run prints the help of a command.
	run func(ctx context.Context, args []string) (string, error)
}

func newPulumi(root string, report toolset.Reporter) *cobra {
	return &cobra{run: func(ctx context.Context, args []string) (string, error) {
		set, err := toolset.New(root, report)
		if err != nil {
			return "", err
		}
		cli, err := set.Pulumi(ctx)
		if err != nil {
			return "", err
		}
		return output(ctx, root, []string{"PULUMI_SKIP_UPDATE_CHECK=true"}, cli.Binary(), args...)
	}}
}

// building is how long the build of our own program may take: with empty caches
// it compiles the SDK of AWS.
const building = 30 * time.Minute

// newOwn builds a program of ours once, into scratch: name is in the folder of
// the checkout.
func newOwn(root, scratch, name, folder string) *cobra {
	binary := filepath.Join(scratch, name)
	build := sync.OnceValue(func() error {
		ctx, cancel := context.WithTimeout(context.Background(), building)
		defer cancel()
		cmd := exec.CommandContext(ctx, "go", "build", "-o", binary, ".")
		cmd.Dir = filepath.Join(root, folder)
		cmd.Env = append(os.Environ(), "GOWORK=off")
		if text, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("building %s: %w\n%s", name, err, text)
		}
		return nil
	})
	return &cobra{run: func(ctx context.Context, args []string) (string, error) {
		if err := build(); err != nil {
			return "", err
		}
		return output(ctx, root, nil, binary, args...)
	}}
}

func (t *cobra) validate(ctx context.Context, c command) (string, error) {
	// What follows -- is for another program, or a value that begins with a dash.
	args := c.args[1:]
	for i, arg := range args {
		if arg == "--" {
			args = args[:i]
			break
		}
	}
	text, err := t.run(ctx, append(args[:len(args):len(args)], "--help"))
	if _, failed := asExit(err); failed {
		return firstLine(text), nil
	}
	if err != nil {
		return "", err
	}
	return newUsage(text).validate(args, c.mention), nil
}

// usage is the line of a help text that says which arguments there are.
type usage struct {
	words             int // of the path of the command, without the program
	required, allowed int // arguments; allowed is -1 where any number is
	group             bool
}

var usageLines = regexp.MustCompile(`(?m)^Usage:\n((?:  .+\n?)+)`)

func newUsage(help string) usage {
	var u usage
	match := usageLines.FindStringSubmatch(help)
	if match == nil {
		return usage{allowed: -1}
	}
	lines := strings.Split(strings.TrimRight(match[1], "\n"), "\n")
	u.group = strings.Contains(match[1], "[command]")
	words := strings.Fields(lines[0])[1:]
	for len(words) > 0 && !strings.ContainsAny(words[0], "[<") {
		u.words, words = u.words+1, words[1:]
	}
	for _, word := range words {
		u.take(word)
	}
	return u
}

// take adds one word after the path of a command.
func (u *usage) take(word string) {
	switch {
	case word == "[flags]" || word == "[--]" || word == "[command]":
	case strings.Contains(word, "..."):
		u.allowed = -1
	case strings.HasPrefix(word, "<") || strings.HasSuffix(word, ">"):
		u.required++
		u.allow()
	default:
		u.allow()
	}
}

func (u *usage) allow() {
	if u.allowed >= 0 {
		u.allowed++
	}
}

// validate compares the words before the first flag, which cannot be values of
// flags, with what is allowed, and all words with what is required.
func (u usage) validate(args []string, mention bool) string {
	leading, all := 0, 0
	flags := false
	for _, arg := range args {
		if strings.HasPrefix(arg, "-") {
			flags = true
			continue
		}
		all++
		if !flags {
			leading++
		}
	}
	switch {
	case u.group && leading > u.words:
		return fmt.Sprintf("no subcommand %s", args[u.words])
	case u.allowed >= 0 && leading > u.words+u.allowed:
		return fmt.Sprintf("takes at most %d arguments", u.allowed)
	case !mention && all < u.words+u.required:
		return fmt.Sprintf("takes at least %d arguments", u.required)
	}
	return ""
}

// asExit tells a tool that ended with a code from one that could not be run.
func asExit(err error) (int, bool) {
	exit, ok := err.(*exec.ExitError) //nolint:errorlint // output returns it as it is
	if !ok {
		return 0, false
	}
	return exit.ExitCode(), true
}

// NewChecker returns a checker of the checkout around folder. kubectl is a
// program that does as kubectl does; scratch is a folder for its files. report
// is told before a tool is built, which takes minutes.
func NewChecker(folder, kubectl, scratch string, report toolset.Reporter) (*Checker, error) {
	set, err := toolset.New(folder, report)
	if err != nil {
		return nil, err
	}
	targets, err := newMakefile(set.Root)
	if err != nil {
		return nil, err
	}
	known, err := knownSeries()
	if err != nil {
		return nil, err
	}
	cluster := &cluster{binary: kubectl, folder: filepath.Clean(scratch), set: set}
	inference := newOwn(set.Root, scratch, "inference", "services/inference")
	mlops := newOwn(set.Root, scratch, "mlops", "cmd/mlops")
	checker := &Checker{root: set.Root, series: known, cluster: cluster, validators: map[string]validator{
		"kubectl":   cluster.validate,
		"aws":       (&aws{root: set.Root}).validate,
		"pulumi":    newPulumi(set.Root, report).validate,
		"mlops":     mlops.validate,
		"inference": inference.validate,
		// Where it is in the image.
		"/inference": inference.validate,
		"amtool":     newAmtool(set.Root),
		"make":       targets.validate,
		"bash":       validateBash(set.Root),
		"go":         validateGo(set.Root, mlops.validate),
	}}
	for name := range verbs {
		checker.validators[name] = validateVerb(name)
	}
	return checker, nil
}
