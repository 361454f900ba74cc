package terraform

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/mlops-iac/mlops/internal/guard"
)

// UnknownName is the name of a terraform_data resource that every configuration
// must have. Its id stands where an input is unknown and has no name either,
// because no plan knows it.
const UnknownName = "unknown"

const (
	unknownValue = "terraform_data." + UnknownName + ".id"
	// unknownText begins with a letter, as most names must.
	unknownText = "unknown-${" + unknownValue + "}"
)

// InputError is an input that cannot be written.
type InputError struct {
	URN string
	// Path is the property in Pulumi, such as "ingress[0].fromPort".
	Path string
	// Rule says what is wrong with it.
	Rule string
}

// Error implements error.
func (f InputError) Error() string { return f.URN + ": " + f.Path + ": " + f.Rule }

// writer converts the inputs of one resource.
type writer struct {
	urn, resourceType string
	exceptions        *Exceptions
	errs              []InputError
	// paths maps a path in the written body to the property it comes from.
	paths map[string]string
	// References and unknowns count the values of each kind.
	references, unknowns int
}

func (w *writer) fail(path, format string, args ...any) {
	w.errs = append(w.errs, InputError{URN: w.urn, Path: path, Rule: fmt.Sprintf(format, args...)})
}

// write converts a value; at and from are its paths in Terraform and in Pulumi.
func (w *writer) write(value any, s *shape, at, from string) any {
	w.paths[at] = from
	if _, unknown := value.(guard.Unknown); unknown {
		return w.unknown(s, from)
	}
	switch s.kind {
	case object:
		return w.object(value, s, at, from)
	case mapping:
		return w.mapping(value, s, at, from)
	case list:
		return w.list(value, s, at, from)
	default:
		return w.scalar(value, s, from)
	}
}

func (w *writer) unknown(s *shape, from string) any {
	w.unknowns++
	switch {
	case s.block:
		w.fail(from, "is unknown, and a block must be there or not")
		return nil
	case s.kind == scalar && s.scalarType.FriendlyName() == "string":
		return unknownText
	default:
		return "${jsondecode(" + unknownValue + ")}"
	}
}

func (w *writer) object(value any, s *shape, at, from string) any {
	fields, ok := value.(map[string]any)
	if !ok {
		w.fail(from, "is %v and must be an object", value)
		return nil
	}
	written := map[string]any{}
	if s.whole {
		for name := range s.fields {
			written[name] = nil
		}
	}
	set := map[string]bool{}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		path := strings.TrimPrefix(from+"."+key, ".")
		name, inner := s.field(w.resourceType, key)
		if w.exceptions.drop(w.resourceType, path, inner != nil) {
			continue
		}
		switch {
		case inner == nil:
			w.fail(path, "%s has no such property", w.resourceType)
		case !inner.input:
			w.fail(path, "%s of %s cannot be set", name, w.resourceType)
		case set[name]:
			w.fail(path, "%s of %s is set twice", name, w.resourceType)
		default:
			set[name] = true
			written[name] = w.write(fields[key], inner, strings.TrimPrefix(at+"."+name, "."), path)
		}
	}
	return written
}

func (w *writer) mapping(value any, s *shape, at, from string) any {
	entries, ok := value.(map[string]any)
	if !ok {
		w.fail(from, "is %v and must be a map", value)
		return nil
	}
	written := make(map[string]any, len(entries))
	for key, entry := range entries {
		if strings.ContainsRune(key, referenceStart) {
			w.fail(from, "has a key that is not decided yet")
		}
		written[escape(key)] = w.write(entry, s.element, at+"."+key, from+"["+strconv.Quote(key)+"]")
	}
	return written
}

func (w *writer) list(value any, s *shape, at, from string) any {
	items, several := value.([]any)
	if !several {
		return []any{w.write(value, s.element, at+".0", from)}
	}
	written := make([]any, len(items))
	for i, item := range items {
		written[i] = w.write(item, s.element, at+"."+strconv.Itoa(i), fmt.Sprintf("%s[%d]", from, i))
	}
	return written
}

func (w *writer) scalar(value any, s *shape, from string) any {
	switch value := value.(type) {
	case string:
		return w.text(value)
	case bool, float64:
		return value
	default:
		w.fail(from, "is %v and must be a %s", value, s.scalarType.FriendlyName())
		return nil
	}
}

// text writes a text with its references as expressions.
func (w *writer) text(value string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(value, string(referenceStart))
		b.WriteString(escape(before))
		if !found {
			return b.String()
		}
		address, after, _ := strings.Cut(rest, string(referenceEnd))
		b.WriteString("${" + address + "}")
		w.references++
		value = after
	}
}

// escape keeps Terraform from reading a text as a template.
func escape(text string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(text)
}
