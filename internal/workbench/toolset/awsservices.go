package toolset

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// awsServices are the services of the AWS provider that the platform's resources
// belong to, as the provider names their packages. The others are left out of the
// build: that takes a quarter of the time and of the disk.
func awsServices() []string {
	return []string{
		"autoscaling", "budgets", "ce", "cloudwatch", "ec2", "ecr", "eks", "iam", "kms", "logs", "rds", "s3", "sts",
	}
}

const (
	// servicesFile lists the services of the provider, clientsFile makes their clients.
	servicesFile = "internal/provider/service_packages_gen.go"
	clientsFile  = "internal/conns/awsclient_gen.go"

	servicesFolder = "internal/service"
	awsSDK         = "github.com/aws/aws-sdk-go-v2/service/"
)

// reduced is a copy of the AWS provider's source that has only some services.
type reduced struct {
	// from is the source, into the folder of the copy, module the provider's path.
	from, into, module string
	// imported are the paths that the files of the copy import.
	imported map[string]bool
}

// reduceProvider copies the source of the AWS provider with the services that are
// named, and with those that they are made of.
func reduceProvider(from, into, module string, services []string) error {
	r := reduced{from: from, into: into, module: module, imported: map[string]bool{}}
	if err := r.copyTree(".", func(folder string) bool { return folder == servicesFolder }); err != nil {
		return err
	}
	wanted := slices.Clone(services)
	for i := 0; i < len(wanted); i++ {
		if err := r.copyTree(path.Join(servicesFolder, wanted[i]), nil); err != nil {
			return fmt.Errorf("the service %s of the AWS provider: %w", wanted[i], err)
		}
		wanted = append(wanted, r.missing(wanted)...)
	}
	if err := r.rewrite(servicesFile, func(file *ast.File) { keepServices(file, services) }); err != nil {
		return err
	}
	return r.rewrite(clientsFile, func(file *ast.File) { keepClients(file, r.imported) })
}

// missing are the services that are imported and not in a list.
func (r reduced) missing(known []string) []string {
	var found []string
	for imported := range r.imported {
		name, isService := strings.CutPrefix(imported, r.module+"/"+servicesFolder+"/")
		if name, _, _ = strings.Cut(name, "/"); isService && !slices.Contains(known, name) && !slices.Contains(found, name) {
			found = append(found, name)
		}
	}
	return found
}

// copyTree copies a folder without tests, documents and the folders that skip names.
func (r reduced) copyTree(folder string, skip func(folder string) bool) error {
	return fs.WalkDir(os.DirFS(r.from), folder, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && (unbuilt(name) || skip != nil && skip(name)):
			return fs.SkipDir
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(r.into, name), 0o755)
		case strings.HasSuffix(name, "_test.go"):
			return nil
		}
		return r.copyFile(name)
	})
}

// unbuilt says that a folder of the source is no part of the program.
func unbuilt(folder string) bool {
	return strings.HasPrefix(folder, ".") ||
		slices.Contains([]string{"docs", "examples", "infrastructure", "skaff", "tools", "website"}, folder) ||
		slices.Contains([]string{"testdata", "test-fixtures"}, path.Base(folder))
}

// copyFile copies a file and notes what it imports. The two files that are written
// anew import everything.
func (r reduced) copyFile(name string) error {
	text, err := os.ReadFile(filepath.Join(r.from, name))
	if err != nil {
		return err
	}
	if strings.HasSuffix(name, ".go") && name != servicesFile && name != clientsFile {
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			r.imported[importPath(spec)] = true
		}
	}
	return os.WriteFile(filepath.Join(r.into, name), text, 0o600)
}

// rewrite changes the syntax tree of a file of the copy.
func (r reduced) rewrite(name string, change func(*ast.File)) error {
	target, files := filepath.Join(r.into, name), token.NewFileSet()
	file, err := parser.ParseFile(files, target, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	change(file)
	dropUnusedImports(file)
	var text bytes.Buffer
	if err := format.Node(&text, files, file); err != nil {
		return fmt.Errorf("writing %s anew: %w", name, err)
	}
	return os.WriteFile(target, text.Bytes(), 0o600)
}

// keepServices leaves only the named packages in the list of services.
func keepServices(file *ast.File, services []string) {
	ast.Inspect(file, func(node ast.Node) bool {
		if list, isList := node.(*ast.CompositeLit); isList {
			list.Elts = slices.DeleteFunc(list.Elts, func(element ast.Expr) bool {
				call, isCall := element.(*ast.CallExpr)
				return !isCall || !slices.Contains(services, packageOf(call.Fun))
			})
		}
		return true
	})
}

// keepClients leaves only the functions that return a client of an imported package.
func keepClients(file *ast.File, imported map[string]bool) {
	paths := map[string]string{}
	for _, spec := range file.Imports {
		paths[importName(spec)] = importPath(spec)
	}
	file.Decls = slices.DeleteFunc(file.Decls, func(declaration ast.Decl) bool {
		function, isFunction := declaration.(*ast.FuncDecl)
		if !isFunction || function.Type.Results == nil {
			return false
		}
		client, isPointer := function.Type.Results.List[0].Type.(*ast.StarExpr)
		if !isPointer {
			return false
		}
		of := paths[packageOf(client.X)]
		return strings.HasPrefix(of, awsSDK) && !imported[of]
	})
}

// dropUnusedImports removes the imports that no expression of a file uses.
func dropUnusedImports(file *ast.File) {
	used := map[string]bool{}
	ast.Inspect(file, func(node ast.Node) bool {
		if selector, isSelector := node.(*ast.SelectorExpr); isSelector {
			used[packageOf(selector)] = true
		}
		return true
	})
	for _, declaration := range file.Decls {
		general, isGeneral := declaration.(*ast.GenDecl)
		if !isGeneral || general.Tok != token.IMPORT {
			continue
		}
		general.Specs = slices.DeleteFunc(general.Specs, func(spec ast.Spec) bool {
			imported, isImport := spec.(*ast.ImportSpec)
			return isImport && !used[importName(imported)]
		})
	}
}

// packageOf is what stands before the dot of a selector, such as ec2 in ec2.Client.
func packageOf(expression ast.Expr) string {
	if selector, isSelector := expression.(*ast.SelectorExpr); isSelector {
		if name, isName := selector.X.(*ast.Ident); isName {
			return name.Name
		}
	}
	return ""
}

func importPath(spec *ast.ImportSpec) string {
	text, _ := strconv.Unquote(spec.Path.Value) // the parser has accepted it
	return text
}

// importName is the name of an import in its file.
func importName(spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	return path.Base(importPath(spec))
}
