// Package proof makes docs/proof.md: what is claimed, which test holds it, and who judges.
// A test says so in its comment, in a paragraph of its own:
//
//	// Proves C4 by the real engine with state: a cost center is changed and no node is replaced.
//
// Ids are those of known faults; a claim without one leaves it out. A claim ends with its
// paragraph.
package proof

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// judges are those that a claim can be put before, the strongest first.
func judges() []string {
	return []string{
		"real pods on real nodes", "the real server", "the real engine with state", "the real provider on emulated AWS",
		"the real provider's plan", "an evaluator of IAM policies", "the values and schema of the chart",
		"the published schema", "the document check", "the linter", "Pulumi mocks", "plain Go",
	}
}

// required are the known faults that must have a proof: a letter and the highest number.
func required() map[string]int { return map[string]int{"S": 8, "C": 12, "V": 13} }

// claim is what one test proves.
type claim struct {
	ids         []string
	text, judge string
	test, file  string
}

// form is how a paragraph of a comment begins.
var form = regexp.MustCompile(`(?s)^Proves(?: ([A-Z][0-9]+(?:(?:, | and )[A-Z][0-9]+)*))? by ([^:]+): (.+)$`)

var id = regexp.MustCompile(`[A-Z][0-9]+`)

// Render reads every test below a folder and returns the page.
func Render(root string) (string, error) {
	claims, err := collect(root)
	if err != nil {
		return "", err
	}
	if err := complete(claims); err != nil {
		return "", err
	}
	slices.SortFunc(claims, func(a, b claim) int {
		return cmp.Or(cmp.Compare(a.place(), b.place()), cmp.Compare(slices.Index(judges(), a.judge), slices.Index(judges(), b.judge)),
			cmp.Compare(a.file, b.file), cmp.Compare(a.test, b.test))
	})
	var page strings.Builder
	page.WriteString(head)
	for _, c := range claims {
		fmt.Fprintf(&page, "| %s | %s | [%s](../%s) | %s |\n", strings.Join(c.ids, ", "), c.text, c.test, c.file, c.judge)
	}
	return page.String(), nil
}

const head = `# What is proven, and by whom

<!-- Generated from the comments of tests by make docs; do not edit. -->

Every row is a test that fails when the claim does not hold. Ids are those of faults that were found before; the judge
is the strongest that the test puts the claim before. An emulated AWS proves order, names, what the provider would replace
and that nothing is left, never that AWS accepts; an evaluator of IAM policies is not IAM; mocks prove what is asked for,
not what comes of it. [conformance.md](conformance.md) has what is proven of containers and of the cluster, check by check.

| Id | Claim | Test | Judge |
| --- | --- | --- | --- |
`

// place orders claims by their first id, and those without one last.
func (c claim) place() string {
	if len(c.ids) == 0 {
		return "~"
	}
	number, _ := strconv.Atoi(c.ids[0][1:]) // the form has digits there
	return fmt.Sprintf("%c%04d", c.ids[0][0], number)
}

func collect(root string) ([]claim, error) {
	var claims []claim
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || (strings.HasPrefix(entry.Name(), ".") && path != root && entry.Name() != "..")):
			return fs.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		found, err := read(root, path)
		claims = append(claims, found...)
		return err
	})
	return claims, err
}

// read returns the claims of the tests in a file.
func read(root, path string) ([]claim, error) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	shown, err := filepath.Rel(root, path)
	if err != nil {
		return nil, err
	}
	var claims []claim
	for _, declaration := range file.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok || function.Doc == nil {
			continue
		}
		for paragraph := range strings.SplitSeq(strings.TrimSpace(function.Doc.Text()), "\n\n") {
			if !strings.HasPrefix(paragraph, "Proves ") {
				continue
			}
			c, err := parse(paragraph)
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", shown, function.Name.Name, err)
			}
			c.test, c.file = function.Name.Name, filepath.ToSlash(shown)
			claims = append(claims, c)
		}
	}
	return claims, nil
}

func parse(paragraph string) (claim, error) {
	parts := form.FindStringSubmatch(strings.Join(strings.Fields(paragraph), " "))
	if parts == nil {
		return claim{}, fmt.Errorf("%q: must be \"Proves ID by JUDGE: CLAIM\"", paragraph)
	}
	if !slices.Contains(judges(), parts[2]) {
		return claim{}, fmt.Errorf("%q: no such judge; there are: %s", parts[2], strings.Join(judges(), ", "))
	}
	return claim{ids: id.FindAllString(parts[1], -1), judge: parts[2], text: strings.TrimSuffix(parts[3], ".")}, nil
}

// complete says which known faults have no proof.
func complete(claims []claim) error {
	proven := map[string]bool{}
	for _, c := range claims {
		for _, one := range c.ids {
			proven[one] = true
		}
	}
	var missing []error
	for letter, highest := range required() {
		for number := 1; number <= highest; number++ {
			if one := letter + strconv.Itoa(number); !proven[one] {
				missing = append(missing, fmt.Errorf("no test proves %s", one))
			}
		}
	}
	slices.SortFunc(missing, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	return errors.Join(missing...)
}
