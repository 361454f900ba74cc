package stack_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	repository = "../.."
	module     = "github.com/mlops-iac/mlops/"
)

// TestEveryComponentIsCheckedAndShown holds that the test package at the path of
// a component calls contract.Check for it and shows how it is used.
func TestEveryComponentIsCheckedAndShown(t *testing.T) {
	t.Parallel()
	var packages int
	var missing []string
	for _, folder := range folders(t, "components") {
		public := declaredIn(sources(t, folder))
		if strings.HasPrefix(folder, "components/internal/") || len(public.args) == 0 && len(public.tokens) == 0 {
			continue
		}
		packages++
		place := path.Join("tests", "component", strings.TrimPrefix(folder, "components/"))
		missing = append(missing, public.missing(folder, place, usesIn(sources(t, place)))...)
	}
	assert.NotZero(t, packages)
	assert.Empty(t, strings.Join(missing, "\n"))
}

// declarations are what a package has of components.
type declarations struct {
	// tokens are constants with type tokens, args the structs of arguments.
	tokens, args []string
	// constructors are the functions that take arguments, by the name of these.
	constructors map[string]string
}

func declaredIn(files []*ast.File) declarations {
	public := declarations{constructors: map[string]string{}}
	for _, file := range files {
		for _, declaration := range file.Decls {
			switch d := declaration.(type) {
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					public.add(spec)
				}
			case *ast.FuncDecl:
				if args := constructs(d); args != "" {
					public.constructors[args] = d.Name.Name
				}
			}
		}
	}
	return public
}

func (d *declarations) add(spec ast.Spec) {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() && strings.HasSuffix(s.Name.Name, "Args") {
			d.args = append(d.args, s.Name.Name)
		}
	case *ast.ValueSpec:
		if name := s.Names[0]; len(s.Values) == 1 && name.IsExported() && strings.HasSuffix(name.Name, "Token") {
			// Tokens of resources of others are theirs.
			if text, is := s.Values[0].(*ast.BasicLit); !is || strings.HasPrefix(text.Value, `"mlops:`) {
				d.tokens = append(d.tokens, name.Name)
			}
		}
	}
}

// constructs returns the name of the arguments of a function that registers
// resources from them.
func constructs(function *ast.FuncDecl) string {
	parameters := function.Type.Params.List
	if function.Recv != nil || !function.Name.IsExported() || len(parameters) < 3 || pointsTo(parameters[0].Type) != "Context" {
		return ""
	}
	if args := pointsTo(parameters[2].Type); strings.HasSuffix(args, "Args") {
		return args
	}
	return ""
}

// pointsTo returns the name of the type behind a pointer, without its package.
func pointsTo(expression ast.Expr) string {
	pointer, is := expression.(*ast.StarExpr)
	if !is {
		return ""
	}
	switch target := pointer.X.(type) {
	case *ast.Ident:
		return target.Name
	case *ast.SelectorExpr:
		return target.Sel.Name
	default:
		return ""
	}
}

func (d *declarations) missing(folder, place string, in uses) []string {
	var list []string
	for _, name := range slices.Concat(d.tokens, d.args) {
		if !in.checked[folder+"."+name] {
			list = append(list, place+": no call of contract.Check names "+path.Base(folder)+"."+name)
		}
	}
	for _, args := range d.args {
		switch constructor := d.constructors[args]; {
		case constructor == "":
			list = append(list, folder+": no constructor takes "+args)
		case !in.shown[folder+"."+constructor]:
			list = append(list, place+": no Example with an // Output: calls "+path.Base(folder)+"."+constructor)
		}
	}
	return list
}

// uses are what a test package has of other packages, each as its path in the
// repository, a dot and a name.
type uses struct {
	// checked are named in calls of package contract, shown in Examples with output.
	checked, shown map[string]bool
}

func usesIn(files []*ast.File) uses {
	found := uses{checked: map[string]bool{}, shown: map[string]bool{}}
	for _, file := range files {
		ast.Inspect(file, func(node ast.Node) bool {
			call, is := node.(*ast.CallExpr)
			if is && strings.HasPrefix(qualified(file, call.Fun), "tests/harness/contract.Check") {
				maps.Copy(found.checked, namesIn(file, call))
			}
			return true
		})
		for _, shown := range doc.Examples(file) {
			if shown.Output != "" {
				maps.Copy(found.shown, namesIn(file, shown.Code))
			}
		}
	}
	return found
}

// namesIn are the names of other packages below a node.
func namesIn(file *ast.File, below ast.Node) map[string]bool {
	names := map[string]bool{}
	ast.Inspect(below, func(node ast.Node) bool {
		if expression, is := node.(ast.Expr); is {
			names[qualified(file, expression)] = true
		}
		return true
	})
	return names
}

// qualified returns the name of another package that an expression is; empty for
// every other expression.
func qualified(file *ast.File, expression ast.Expr) string {
	selector, is := expression.(*ast.SelectorExpr)
	if !is {
		return ""
	}
	name, is := selector.X.(*ast.Ident)
	if !is {
		return ""
	}
	for _, imported := range file.Imports {
		from, _ := strconv.Unquote(imported.Path.Value)
		local := path.Base(from)
		if imported.Name != nil {
			local = imported.Name.Name
		}
		if local == name.Name {
			return strings.TrimPrefix(from, module) + "." + selector.Sel.Name
		}
	}
	return ""
}

// folders lists a folder of the repository and those below it.
func folders(t *testing.T, root string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(filepath.Join(repository, root), func(at string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		inside, err := filepath.Rel(repository, at)
		list = append(list, filepath.ToSlash(inside))
		return err
	})
	require.NoError(t, err)
	return list
}

// sources parses the Go files of a folder of the repository, which need not be there.
func sources(t *testing.T, folder string) []*ast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(repository, folder, "*.go"))
	require.NoError(t, err)
	files, set := make([]*ast.File, len(names)), token.NewFileSet()
	for i, name := range names {
		files[i], err = parser.ParseFile(set, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
	}
	return files
}
