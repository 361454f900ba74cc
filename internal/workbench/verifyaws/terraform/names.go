package terraform

import (
	"slices"
	"strings"
	"unicode"

	pluralize "github.com/gertd/go-pluralize"
)

var english = pluralize.NewClient()

// pulumiNames returns what pulumi-aws may call a field: the camel-case name, and
// for what may have several elements the plural. The plural comes first: it is
// the rule, and the other is for the lists of which AWS takes one element only.
func pulumiNames(resourceType, name string, s *shape) []string {
	if other, known := renamed[resourceType+"."+name]; known {
		return []string{other}
	}
	singular := camel(name)
	if s.kind != list || s.single {
		return []string{singular}
	}
	plural := camel(english.Plural(name))
	if plural == singular {
		return []string{singular}
	}
	return []string{plural, singular}
}

func camel(snake string) string {
	var b strings.Builder
	up := false
	for _, r := range snake {
		switch {
		case r == '_':
			up = true
		case up:
			b.WriteRune(unicode.ToUpper(r))
			up = false
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// field finds a field by its Pulumi name. A field that has the name by itself
// wins over one that has it as its plural.
func (s *shape) field(resourceType, pulumiName string) (name string, found *shape) {
	for candidate, inner := range s.fields {
		if !slices.Contains(pulumiNames(resourceType, candidate, inner), pulumiName) {
			continue
		}
		name, found = candidate, inner
		if camel(candidate) == pulumiName {
			return name, found
		}
	}
	return name, found
}

// localName makes a Pulumi name a name of Terraform, which has letters, digits,
// "_" and "-" and begins with a letter or "_".
func localName(name string) string {
	var b strings.Builder
	for i, r := range name {
		switch {
		case r == '_', r < unicode.MaxASCII && unicode.IsLetter(r):
			b.WriteRune(r)
		case i > 0 && (r == '-' || r >= '0' && r <= '9'):
			b.WriteRune(r)
		case r >= '0' && r <= '9':
			b.WriteString("_" + string(r))
		default:
			b.WriteRune('_')
		}
	}
	return b.String()
}
