package validation

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Between reports a number outside of low to high, both included.
func Between(path *field.Path, value, low, high int) field.ErrorList {
	if value < low || value > high {
		return field.ErrorList{field.Invalid(path, value, fmt.Sprintf("must be %d to %d", low, high))}
	}
	return nil
}

// Match reports a text that does not match. An empty one passes: whether it
// must be there is said by a `required` tag.
func Match(path *field.Path, value string, pattern *regexp.Regexp, rule string) field.ErrorList {
	if value == "" || pattern.MatchString(value) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, value, rule)}
}

// Name reports a text that breaks a rule of Kubernetes, such as
// validation.IsDNS1123Label. An empty one passes, as in Match.
func Name(path *field.Path, value string, rule func(string) []string) field.ErrorList {
	if value == "" {
		return nil
	}
	if broken := rule(value); len(broken) > 0 {
		return field.ErrorList{field.Invalid(path, value, strings.Join(broken, "; "))}
	}
	return nil
}

// Unique reports every text that stands in the list before.
func Unique[T ~string](path *field.Path, values []T) field.ErrorList {
	var list field.ErrorList
	for i, value := range values {
		if slices.Contains(values[:i], value) {
			list = append(list, field.Duplicate(path.Index(i), value))
		}
	}
	return list
}

// Enum is a text of which only some values are supported.
type Enum interface {
	~string
	Values() []string
}

// OneOf reports a value that is not supported. An empty one passes, as in Match.
func OneOf[T Enum](path *field.Path, value T) field.ErrorList {
	if value == "" {
		return nil
	}
	return Supported(path, value)
}

// Supported reports a value that is not supported, the empty one included.
func Supported[T Enum](path *field.Path, value T) field.ErrorList {
	if IsSupported(value) {
		return nil
	}
	return field.ErrorList{field.NotSupported(path, value, value.Values())}
}

// IsSupported says whether the value is one of its Values.
func IsSupported[T Enum](value T) bool { return slices.Contains(value.Values(), string(value)) }
