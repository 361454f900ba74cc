package strictyaml

import (
	"fmt"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// paddedPattern is a number with a zero in front. Octal numbers that say so, as in
// 0o17, are none.
var paddedPattern = regexp.MustCompile(`^[-+]?0[0-9]`)

// padded reports the numbers with a zero in front: 010000 is 4096 for YAML.
func padded(node *yaml.Node) []string {
	var list []string
	number := node.Kind == yaml.ScalarNode && (node.Tag == "!!int" || node.Tag == "!!float")
	if number && paddedPattern.MatchString(node.Value) {
		meant := strings.TrimLeft(strings.TrimLeft(node.Value, "+-"), "0_")
		if meant == "" || meant[0] < '0' || meant[0] > '9' {
			meant = "0" + meant
		}
		if node.Value[0] == '-' {
			meant = "-" + meant
		}
		list = append(list, fmt.Sprintf("line %d: %s must not begin with 0, which makes a number octal; did you mean %s, or a text in quotes?",
			node.Line, node.Value, meant))
	}
	for _, child := range node.Content {
		list = append(list, padded(child)...)
	}
	return list
}
