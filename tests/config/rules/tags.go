package rules

import (
	"fmt"
	"go/ast"
	"go/token"
	"reflect"
	"strconv"
	"strings"
)

// demand is a field that a tag `required` demands.
type demand struct {
	place string // of the field in the source
	line  string // the end of the line that reports it missing
}

// demands are the tags of a source.
func demands(fset *token.FileSet, s *source) []demand {
	var found []demand
	ast.Inspect(s.tree, func(node ast.Node) bool {
		f, ok := node.(*ast.Field)
		if !ok || f.Tag == nil {
			return true
		}
		text, err := strconv.Unquote(f.Tag.Value)
		if err != nil {
			return true
		}
		tag := reflect.StructTag(text)
		what, tagged := tag.Lookup("required")
		if !tagged {
			return true
		}
		key, _, _ := strings.Cut(tag.Get("json"), ",")
		found = append(found, demand{
			place: fmt.Sprintf("%s:%d: %s", s.path, fset.Position(f.Pos()).Line, key),
			line:  key + ": Required value: " + what + "\n",
		})
		return true
	})
	return found
}
