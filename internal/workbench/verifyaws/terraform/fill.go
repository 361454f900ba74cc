package terraform

import (
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// Version is that of the form in which states keep the attributes of a type.
func (s *Schema) Version(resourceType string) uint64 { return s.versions[resourceType] }

// Fill gives what only AWS decides of a planned resource a value of the type that the
// provider's schema says. Texts say what they stand for, such as "aws_vpc.main.id", in
// the form of an ARN or of a launch template where they are one; numbers are zero, and
// lists of objects have one.
//
// planned and unknown are the value after the plan and what of it is not known, as in
// OpenTofu's JSON of a plan.
func (s *Schema) Fill(resourceType, address string, planned, unknown any) any {
	return fill(s.shapes[resourceType], address, planned, unknown)
}

func fill(s *shape, path string, planned, unknown any) any {
	switch unknown := unknown.(type) {
	case bool:
		if unknown {
			return standIn(s, path)
		}
	case map[string]any:
		values, _ := planned.(map[string]any)
		filled := maps.Clone(values)
		if filled == nil && len(unknown) > 0 {
			filled = map[string]any{}
		}
		for key, inner := range unknown {
			filled[key] = fill(s.at(key), path+"."+key, values[key], inner)
		}
		return filled
	case []any:
		values, _ := planned.([]any)
		filled := slices.Clone(values)
		for i := range min(len(filled), len(unknown)) {
			filled[i] = fill(s.element, path+"."+strconv.Itoa(i), filled[i], unknown[i])
		}
		return filled
	}
	return planned
}

// at is the shape of what is below a key.
func (s *shape) at(key string) *shape {
	if s.kind == mapping {
		return s.element
	}
	return s.fields[key]
}

// standIn is a value that nobody knows.
func standIn(s *shape, path string) any {
	switch s.kind {
	case list:
		if s.element.kind == object {
			return []any{standIn(s.element, path+".0")}
		}
		return []any{}
	case mapping:
		return map[string]any{}
	case object:
		filled := map[string]any{}
		for name, field := range s.fields {
			filled[name] = standIn(field, path+"."+name)
		}
		return filled
	default:
		return standInFor(s.scalarType, path)
	}
}

func standInFor(t cty.Type, path string) any {
	switch t {
	case cty.Number:
		return 0
	case cty.Bool:
		return false
	default:
		return textFor(path)
	}
}

// textFor has the form that the provider asks of it where it is an input of others.
func textFor(path string) string {
	_, name, _ := strings.Cut(path[strings.LastIndex(path, "."):], ".")
	switch {
	case name == "arn", strings.HasSuffix(name, "_arn"):
		return "arn:aws:none:::" + path
	case name == "id" && strings.HasPrefix(path, "aws_launch_template."):
		digest := fnv.New64a()
		_, _ = digest.Write([]byte(path)) // it never returns an error
		return fmt.Sprintf("lt-%016x", digest.Sum64())
	default:
		return path
	}
}
