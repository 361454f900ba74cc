// Package layers proves that the layer rules of .golangci.yml bite: it breaks each
// rule in every package that the rule names and has the linter report it. Without
// it, a rule with a typing error would look like a clean tree. What it breaks is
// read from .golangci.yml itself, so a new rule is proven without a line here.
package layers_test
