package rules

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// noting is a copy of a source that notes which of its rules reported an error.
type noting struct {
	*source
	fset               *token.FileSet
	checks             checks
	rules              []string
	void               map[*ast.CallExpr]bool // calls that return nothing
	openings, closings []insert               // in the order of the source, and against it
}

type insert struct {
	at   int
	text string
}

// note finds the rules of a source: everything that makes an error, and every
// call of a check.
func note(fset *token.FileSet, s *source, known checks) *noting {
	n := &noting{source: s, fset: fset, checks: known, void: map[*ast.CallExpr]bool{}}
	ast.Inspect(s.tree, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.ExprStmt:
			n.statement(node)
		case *ast.CallExpr:
			n.call(node)
		case *ast.BlockStmt:
			n.pairs(node.List)
		case *ast.CaseClause:
			n.pairs(node.Body)
		}
		return true
	})
	return n
}

// call notes what an expression returns.
func (n *noting) call(call *ast.CallExpr) {
	if name, maker := n.callee(call); !n.void[call] && (maker || n.checks.returning[name]) {
		n.around(call, "hits.Of("+n.rule(call)+", ", ")")
	}
}

// statement notes what a call adds to the checker c.
func (n *noting) statement(statement *ast.ExprStmt) {
	call, ok := statement.X.(*ast.CallExpr)
	if !ok {
		return
	}
	n.void[call] = true
	name, _ := n.callee(call)
	if n.checks.adding[name] && n.folder() == "internal/settings" {
		n.around(call, "hits.Grown("+n.rule(call)+", &c.list, func() { ", " })")
	}
}

// pairs notes the errors that a call returns beside a value.
func (n *noting) pairs(statements []ast.Stmt) {
	for _, statement := range statements {
		assign, ok := statement.(*ast.AssignStmt)
		if !ok || len(assign.Lhs) != 2 || len(assign.Rhs) != 1 {
			continue
		}
		call, ok := assign.Rhs[0].(*ast.CallExpr)
		if !ok {
			continue
		}
		if name, _ := n.callee(call); n.checks.pairing[name] {
			n.around(assign, "", "; hits.Of("+n.rule(call)+", "+n.of(n.fset, assign.Lhs[1])+")")
		}
	}
}

// rule names a rule by its place and text, as a Go string.
func (n *noting) rule(call ast.Node) string {
	text := strings.Join(strings.Fields(n.of(n.fset, call)), " ")
	name := fmt.Sprintf("%s:%d: %s", n.path, n.fset.Position(call.Pos()).Line, text)
	n.rules = append(n.rules, name)
	return strconv.Quote(name)
}

func (n *noting) around(node ast.Node, before, after string) {
	n.openings = append(n.openings, insert{n.fset.Position(node.Pos()).Offset, before})
	n.closings = slices.Insert(n.closings, 0, insert{n.fset.Position(node.End()).Offset, after})
}

// copy is the text of the source that notes.
func (n *noting) copy() string {
	first := insert{n.fset.Position(n.tree.Name.End()).Offset, `; import "` + module + `tests/config/rules/hits"`}
	inserts := slices.Concat([]insert{first}, n.openings, n.closings)
	slices.SortStableFunc(inserts, func(a, b insert) int { return a.at - b.at })
	var text strings.Builder
	last := 0
	for _, i := range inserts {
		text.WriteString(n.text[last:i.at] + i.text)
		last = i.at
	}
	return text.String() + n.text[last:]
}
