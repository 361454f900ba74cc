// Package exemption holds what every list of exemptions of the project has in
// common: how an entry names what it covers, and what an entry may not be. The
// guard rules, the checkers of the conformance suite and the scanners use it.
package exemption

import (
	"path"
	"strings"
)

// Match says whether a pattern covers a name. * stands for any text, ? for one
// character and [a-c] for a class. A slash is a character like any other: names
// of Kubernetes objects and types of resources contain it.
func Match(pattern, name string) bool {
	flat := strings.NewReplacer("/", "\x00")
	ok, err := path.Match(flat.Replace(pattern), flat.Replace(name))
	return err == nil && ok
}

// Problem says what is wrong with the pattern and the reason of an exemption,
// and is empty when nothing is.
func Problem(pattern, reason string) string {
	switch {
	case strings.TrimSpace(reason) == "":
		return "has no reason"
	case strings.Trim(pattern, "*") == "":
		return "names no resource; a rule cannot be switched off as a whole"
	}
	if _, err := path.Match(pattern, ""); err != nil {
		return "is not a valid glob"
	}
	return ""
}
