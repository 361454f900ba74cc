// Package rules finds every rule for the values of a stack or tenant file in the
// source, and has the corpora of tests/config break it.
package rules

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

const module = "github.com/mlops-iac/mlops/"

// source is one file of a package with rules.
type source struct {
	path    string // from the root of the repository
	text    string
	tree    *ast.File
	imports map[string]string // the packages of this module by their name in the file
}

// sources reads the files of folders below root, without tests.
func sources(fset *token.FileSet, root string, folders []string) ([]*source, error) {
	var all []*source
	for _, folder := range folders {
		paths, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			name := folder + "/" + filepath.Base(path)
			tree, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			all = append(all, &source{path: name, text: string(text), tree: tree, imports: imports(tree)})
		}
	}
	return all, nil
}

// imports maps the name of every imported package to its folder in this module,
// or to nothing when it is of another.
func imports(tree *ast.File) map[string]string {
	found := map[string]string{}
	for _, spec := range tree.Imports {
		path := strings.Trim(spec.Path.Value, `"`)
		name := path[strings.LastIndex(path, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		folder, _ := strings.CutPrefix(path, module)
		if folder == path {
			folder = ""
		}
		found[name] = folder
	}
	return found
}

// folder is that of the source from the root of the repository.
func (s *source) folder() string { return filepath.Dir(s.path) }

// of is the text of a node.
func (s *source) of(fset *token.FileSet, node ast.Node) string {
	return s.text[fset.Position(node.Pos()).Offset:fset.Position(node.End()).Offset]
}
