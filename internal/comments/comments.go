// Package comments reads the doc comments of types and fields, from which
// reference pages are generated.
package comments

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Comments maps "Type" and "Type.Field" to what their doc comments say.
type Comments map[string]string

// Read reads the comments of the package in a folder.
func Read(folder string) (Comments, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("reading doc comments: %w", err)
	}
	found := Comments{}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(folder, name), nil, parser.ParseComments)
		if err != nil {
			return nil, fmt.Errorf("reading doc comments: %w", err)
		}
		found.addFile(file)
	}
	return found, nil
}

func (c Comments) addFile(file *ast.File) {
	for _, declaration := range file.Decls {
		group, ok := declaration.(*ast.GenDecl)
		if !ok || group.Tok != token.TYPE {
			continue
		}
		for _, spec := range group.Specs {
			c.addType(group, spec.(*ast.TypeSpec))
		}
	}
}

func (c Comments) addType(group *ast.GenDecl, spec *ast.TypeSpec) {
	c[spec.Name.Name] = sentence(spec.Name.Name, group.Doc.Text())
	body, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, field := range body.Fields.List {
		for _, name := range field.Names {
			if len(field.Names) > 1 { // the comment is about all of them
				c[spec.Name.Name+"."+name.Name] = sentence("", field.Doc.Text())
				continue
			}
			c[spec.Name.Name+"."+name.Name] = sentence(name.Name, field.Doc.Text())
		}
	}
}

// sentence turns a Go comment, which begins with the Go name, into a sentence
// that stands beside the key: "CIDR is the range." becomes "The range."
func sentence(name, comment string) string {
	text := strings.Join(strings.Fields(comment), " ")
	rest, named := strings.CutPrefix(text, name+" ")
	if !named {
		return text
	}
	for _, verb := range []string{"is ", "are "} {
		if after, ok := strings.CutPrefix(rest, verb); ok {
			rest = after
			break
		}
	}
	first, size := utf8.DecodeRuneInString(rest)
	return string(unicode.ToUpper(first)) + rest[size:]
}
