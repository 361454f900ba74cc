// Package security makes docs/security.md: who may do what to whom, row by row, with the
// tests that hold it.
package security

import (
	_ "embed"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

//go:embed matrix.yaml
var matrix []byte

// page is the text around the tables; %s is where they stand.
//
//go:embed page.txt
var page string

// part is one interface.
type part struct {
	Interface string `json:"interface"`
	Rows      []row  `json:"rows"`
}

type row struct {
	Who   string   `json:"who"`
	May   string   `json:"may"`
	Not   string   `json:"not"`
	Tests []string `json:"tests"`
}

// Render returns the page. A row without a test, and a test that does not exist below
// root, are errors.
func Render(root string) (string, error) { return render(root, matrix) }

func render(root string, source []byte) (string, error) {
	var parts []part
	if err := yaml.UnmarshalStrict(source, &parts); err != nil {
		return "", fmt.Errorf("matrix.yaml: %w", err)
	}
	var tables strings.Builder
	for _, p := range parts {
		fmt.Fprintf(&tables, "### %s\n\n| Who | May | May not | Asserted by |\n| --- | --- | --- | --- |\n", p.Interface)
		for _, r := range p.Rows {
			links, err := r.links(root)
			if err != nil {
				return "", fmt.Errorf("matrix.yaml: %s: %s: %w", p.Interface, r.Who, err)
			}
			fmt.Fprintf(&tables, "| %s | %s | %s | %s |\n", r.Who, r.May, r.Not, links)
		}
		tables.WriteByte('\n')
	}
	return fmt.Sprintf(page, strings.TrimSpace(tables.String())), nil
}

// links are those to the tests of a row.
func (r row) links(root string) (string, error) {
	if len(r.Tests) == 0 {
		return "", errors.New("no test asserts it")
	}
	links := make([]string, len(r.Tests))
	for i, test := range r.Tests {
		file, name, _ := strings.Cut(test, "#")
		if err := exists(filepath.Join(root, file), name); err != nil {
			return "", err
		}
		links[i] = fmt.Sprintf("[%s](../%s)", name, file)
	}
	return strings.Join(links, ", "), nil
}

func exists(path, function string) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		return err
	}
	for _, declaration := range file.Decls {
		if f, ok := declaration.(*ast.FuncDecl); ok && f.Name.Name == function {
			return nil
		}
	}
	return fmt.Errorf("%s has no function %s", path, function)
}
