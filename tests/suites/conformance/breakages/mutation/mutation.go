// Package mutation holds ways to break the promises of the platform, one at a
// time, and reads from the conformance suite which of its checks noticed.
package mutation

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Breakage is one change of the source of a component that breaks one promise.
type Breakage struct {
	// Name says what is broken.
	Name string
	// File is the source, as a slash-separated path in the checkout.
	File string
	// Old is the text that is replaced. It stands in the file exactly once.
	Old string
	// New is put in its place and still compiles.
	New string
	// Fails are the checks that must fail, as Failed names them, and no others may.
	Fails []string
}

// Broken returns the text of the file with the breakage in it. root is the
// checkout. A text to replace that is missing or stands there more than once is
// an error: the breakage no longer breaks what it names.
func (b Breakage) Broken(root string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(b.File)))
	if err != nil {
		return "", fmt.Errorf("breakage %q: %w", b.Name, err)
	}
	if found := strings.Count(string(text), b.Old); found != 1 {
		return "", fmt.Errorf("breakage %q: the text to replace must stand in %s once, it stands there %d times:\n%s",
			b.Name, b.File, found, b.Old)
	}
	return strings.Replace(string(text), b.Old, b.New, 1), nil
}

// All returns every breakage, in the order of the checks of the suite.
func All() []Breakage {
	var all []Breakage
	for _, group := range [][]Breakage{objects(), isolation(), limits(), access(), scaling(), scheduling()} {
		all = append(all, group...)
	}
	return all
}
