package docs

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Finding is a command that its tool would refuse, or that names something which
// is not there.
type Finding struct {
	// File seen from the root of the checkout, and the line in it.
	File string
	Line int
	// Subject is the command or the query.
	Subject string
	// Problem says what is wrong, in the words of the tool where it has some.
	Problem string
}

func (f Finding) String() string {
	return fmt.Sprintf("%s:%d: %s\n\t%s", f.File, f.Line, f.Subject, f.Problem)
}

// Report holds the findings of a check.
type Report struct {
	// Findings in the order of files and lines.
	Findings []Finding
	// Checked counts what was checked, by tool; "promql" counts queries.
	Checked map[string]int
	// Skipped counts what could not be checked, by tool, with Why.
	Skipped map[string]int
	// Why a tool could not check.
	Why map[string]string
}

// validator returns what is wrong with a command, "" if nothing is, or errSkipped.
type validator func(ctx context.Context, c command) (string, error)

// Checker checks documents of one checkout.
type Checker struct {
	root       string
	validators map[string]validator
	series     map[string]string
	// cluster is kept to be closed.
	cluster *cluster
}

// Check checks files, which are seen from the root of the checkout; text holds
// the content of those that are not read from there.
func (c *Checker) Check(ctx context.Context, files []string, text map[string]string) (*Report, error) {
	report := &Report{Checked: map[string]int{}, Skipped: map[string]int{}, Why: map[string]string{}}
	var commands []command
	// The README of a folder says which variables its pages use.
	inFolder := map[string]map[string]string{}
	for _, file := range files {
		content, ok := text[file]
		if !ok {
			data, err := os.ReadFile(filepath.Join(c.root, file))
			if err != nil {
				return nil, err
			}
			content = string(data)
		}
		read := c.read(file, content, inFolder[path.Dir(file)], report)
		if path.Base(file) == "README.md" {
			inFolder[path.Dir(file)] = read.variables
		}
		for _, found := range read.commands {
			if !read.functions[found.args[0]] {
				commands = append(commands, found)
			}
		}
	}
	if err := c.validateAll(ctx, commands, report); err != nil {
		return nil, err
	}
	slices.SortStableFunc(report.Findings, func(a, b Finding) int {
		if byFile := strings.Compare(a.File, b.File); byFile != 0 {
			return byFile
		}
		return a.Line - b.Line
	})
	return report, nil
}

// read takes a document apart. Queries are checked at once, commands later.
func (c *Checker) read(file, content string, variables map[string]string, report *Report) *script {
	read := newScript(file, variables)
	for _, p := range pieces(file, content) {
		switch p.language {
		case shell, span:
			read.read(p)
		case promql:
			findings, count := c.queries(p)
			report.Findings, report.Checked[promql] = append(report.Findings, findings...), report.Checked[promql]+count
		}
	}
	report.Findings = append(report.Findings, read.findings...)
	return read
}

// validateAll checks equal commands once, and starts several tools at once: most
// of the time goes into starting a process.
func (c *Checker) validateAll(ctx context.Context, commands []command, report *Report) error {
	equal := map[string][]command{}
	for _, found := range commands {
		key := fmt.Sprintf("%t%q", found.mention, found.args)
		equal[key] = append(equal[key], found)
	}
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2 * runtime.NumCPU())
	for _, same := range equal {
		group.Go(func() error {
			problem, err := c.validate(ctx, same[0])
			mu.Lock()
			defer mu.Unlock()
			return report.add(same, problem, err)
		})
	}
	return group.Wait()
}

// add takes over what was found about equal commands.
func (r *Report) add(same []command, problem string, err error) error {
	name := same[0].args[0]
	if why, skipped := asSkipped(err); skipped {
		r.Skipped[name] += len(same)
		r.Why[name] = why
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s:%d: checking %s: %w", same[0].file, same[0].line, name, err)
	}
	r.Checked[name] += len(same)
	if problem == "" {
		return nil
	}
	for _, found := range same {
		r.Findings = append(r.Findings, Finding{found.file, found.line, strings.Join(found.args, " "), problem})
	}
	return nil
}

func (c *Checker) validate(ctx context.Context, found command) (string, error) {
	name := found.args[0]
	if known, ok := c.validators[name]; ok {
		return known(ctx, found)
	}
	if why, ok := unchecked[name]; ok {
		return "", skipped(why)
	}
	return fmt.Sprintf("nothing here can check %s; add a validator, or a line with the reason to unchecked", name), nil
}
