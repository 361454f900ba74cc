// Package comments reads the doc comments of types and fields from the sources
// of this module, from which reference pages and schemas are generated.
package comments

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"
)

// module is the import path of the folder Root.
const module = "github.com/mlops-iac/mlops/"

// Source finds the comments of types by the package they are declared in.
type Source struct {
	root     string
	packages map[string]map[string]string
}

// From returns the comments of the module whose folder is root.
func From(root string) *Source { return &Source{root: root, packages: map[string]map[string]string{}} }

// Type returns what the comment of a named type says, "" for none.
func (s *Source) Type(t reflect.Type) (string, error) { return s.find(t.PkgPath(), t.Name()) }

// Field returns what the comment of a struct's field says, "" for none.
func (s *Source) Field(t reflect.Type, field string) (string, error) {
	return s.find(t.PkgPath(), t.Name()+"."+field)
}

func (s *Source) find(path, name string) (string, error) {
	folder, own := strings.CutPrefix(path, module)
	if !own {
		return "", fmt.Errorf("reading doc comments: %s.%s is not of this module", path, name)
	}
	found, done := s.packages[path]
	if !done {
		var err error
		if found, err = read(filepath.Join(s.root, folder)); err != nil {
			return "", fmt.Errorf("reading doc comments: %w", err)
		}
		s.packages[path] = found
	}
	return found[name], nil
}

// read maps "Type" and "Type.Field" of the package in a folder to what their doc
// comments say.
func read(folder string) (map[string]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(folder, name), nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, declaration := range file.Decls {
			if group, ok := declaration.(*ast.GenDecl); ok && group.Tok == token.TYPE {
				addTypes(found, group)
			}
		}
	}
	return found, nil
}

func addTypes(found map[string]string, group *ast.GenDecl) {
	for _, each := range group.Specs {
		spec := each.(*ast.TypeSpec)
		comment := spec.Doc.Text()
		if comment == "" {
			comment = group.Doc.Text()
		}
		found[spec.Name.Name] = sentence(spec.Name.Name, comment)
		body, ok := spec.Type.(*ast.StructType)
		if !ok {
			continue
		}
		for _, field := range body.Fields.List {
			for _, name := range field.Names {
				subject := name.Name
				if len(field.Names) > 1 { // the comment is about all of them
					subject = ""
				}
				found[spec.Name.Name+"."+name.Name] = sentence(subject, field.Doc.Text())
			}
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
