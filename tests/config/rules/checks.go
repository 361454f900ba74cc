package rules

import (
	"go/ast"
	"slices"
)

// errorList is how the sources spell the type of what a check returns.
const errorList = "field.ErrorList"

// checks are the functions of the sources that return errors, alone or beside a
// value, or add them to a checker; functions by folder and name, methods by name.
type checks struct{ returning, pairing, adding map[string]bool }

func checksOf(all []*source) checks {
	found := checks{returning: map[string]bool{}, pairing: map[string]bool{}, adding: map[string]bool{}}
	for _, s := range all {
		for _, declared := range s.tree.Decls {
			f, ok := declared.(*ast.FuncDecl)
			if !ok {
				continue
			}
			name := f.Name.Name
			if f.Recv == nil {
				name = s.folder() + "." + name
			}
			results := types(f.Type.Results)
			switch {
			case slices.Equal(results, []string{errorList}):
				found.returning[name] = true
			case len(results) == 2 && results[1] == errorList:
				found.pairing[name] = true
			case len(results) == 0 && f.Name.Name != "add" &&
				slices.Contains(append(types(f.Recv), types(f.Type.Params)...), "*checker"):
				found.adding[name] = true
			}
		}
	}
	return found
}

// types spells the types of a list of fields, one for each field.
func types(fields *ast.FieldList) []string {
	if fields == nil {
		return nil
	}
	var spelt []string
	for _, f := range fields.List {
		spelt = append(spelt, typeName(f.Type))
	}
	return spelt
}

func typeName(expression ast.Expr) string {
	switch e := expression.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return "*" + typeName(e.X)
	case *ast.SelectorExpr:
		return typeName(e.X) + "." + e.Sel.Name
	default:
		return ""
	}
}

// callee names the function or method that a call calls as checks do; maker says
// that it makes an error itself.
func (s *source) callee(call *ast.CallExpr) (name string, maker bool) {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return s.folder() + "." + f.Name, false
	case *ast.SelectorExpr:
		owner, _ := f.X.(*ast.Ident)
		if owner == nil {
			return f.Sel.Name, false
		}
		if folder, imported := s.imports[owner.Name]; imported {
			return folder + "." + f.Sel.Name, owner.Name == "field" && f.Sel.Name != "NewPath"
		}
		return f.Sel.Name, false
	default:
		return "", false
	}
}
