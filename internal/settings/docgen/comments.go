package main

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

// comments maps "Type" and "Type.Field" to what their doc comments say.
type comments map[string]string

func readComments(folder string) (comments, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("reading the settings package: %w", err)
	}
	found := comments{}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(folder, name), nil, parser.ParseComments)
		if err != nil {
			return nil, fmt.Errorf("reading the settings package: %w", err)
		}
		found.addFile(file)
	}
	return found, nil
}

func (c comments) addFile(file *ast.File) {
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

func (c comments) addType(group *ast.GenDecl, spec *ast.TypeSpec) {
	c[spec.Name.Name] = sentence(spec.Name.Name, group.Doc.Text())
	body, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, field := range body.Fields.List {
		for _, name := range field.Names {
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
