package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// Languages of pieces that are checked.
const (
	shell  = "sh"
	span   = "span"
	promql = "promql"
)

// piece is a block or a span of code in a document.
type piece struct {
	file     string
	line     int // of its first line of code
	language string
	text     string
}

// Documents lists the Markdown files of the checkout at root, as git knows
// them, in an order in which a folder's README comes first.
func Documents(root string) ([]string, error) {
	command := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard", "--", "*.md")
	command.Dir = root
	output, err := command.Output()
	if err != nil {
		return nil, err
	}
	var first, rest []string
	for file := range strings.Lines(string(output)) {
		file = strings.TrimSpace(file)
		if _, err := os.Stat(filepath.Join(root, file)); err != nil {
			continue // deleted, and not yet committed
		}
		if filepath.Base(file) == "README.md" {
			first = append(first, file)
		} else {
			rest = append(rest, file)
		}
	}
	return append(first, rest...), nil
}

var (
	fence      = regexp.MustCompile("^\\s*```\\s*(\\w*)")
	codeOfText = regexp.MustCompile("`([^`]+)`")
)

// pieces finds the code of a document in the order in which it is read.
func pieces(file, text string) []piece {
	var found []piece
	var open *piece
	for i, line := range strings.Split(text, "\n") {
		if match := fence.FindStringSubmatch(line); match != nil {
			if open == nil {
				open = &piece{file: file, line: i + 2, language: language(match[1])}
			} else {
				found = append(found, *open)
				open = nil
			}
			continue
		}
		if open != nil {
			open.text += line + "\n"
			continue
		}
		for _, match := range codeOfText.FindAllStringSubmatch(line, -1) {
			// In a table, \| is how a | is written.
			code := strings.ReplaceAll(match[1], `\|`, "|")
			if name, rest, _ := strings.Cut(code, " "); checkedInText[name] && rest != "" {
				found = append(found, piece{file: file, line: i + 1, language: span, text: code})
			}
		}
	}
	return found
}

// checkedInText are the tools whose commands are also checked in running text,
// where other words of code may be anything.
var checkedInText = map[string]bool{"kubectl": true, "aws": true, "pulumi": true, "make": true, "mlops": true}

func language(name string) string {
	if name == "bash" || name == "shell" || name == "console" {
		return shell
	}
	return name
}
