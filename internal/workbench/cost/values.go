package cost

import (
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

const gibibyte = 1 << 30

// at follows keys into nested maps; a number takes that element of a list.
func at(value any, path ...any) any {
	for _, step := range path {
		switch key := step.(type) {
		case string:
			node, _ := value.(map[string]any)
			value = node[key]
		case int:
			items, _ := value.([]any)
			if key >= len(items) {
				return nil
			}
			value = items[key]
		}
	}
	return value
}

func text(value any, path ...any) string {
	found, _ := at(value, path...).(string)
	return found
}

func truth(value any, path ...any) bool {
	found, _ := at(value, path...).(bool)
	return found
}

func list(value any, path ...any) []any {
	found, _ := at(value, path...).([]any)
	return found
}

// number reads a number; false when there is none, or none that is known yet.
func number(value any, path ...any) (float64, bool) {
	switch found := at(value, path...).(type) {
	case float64:
		return found, true
	case int:
		return float64(found), true
	default:
		return 0, false
	}
}

func numberOr(fallback float64, value any, path ...any) float64 {
	if found, known := number(value, path...); known {
		return found
	}
	return fallback
}

// quantity reads a Kubernetes quantity such as "500m" or "8Gi".
func quantity(value any, path ...any) (float64, bool) {
	parsed, err := resource.ParseQuantity(text(value, path...))
	if err != nil {
		return 0, false
	}
	return parsed.AsApproximateFloat64(), true
}

// plural is 1 node, 2 nodes.
func plural(count, noun string) string {
	if count == "1" {
		return "1 " + noun
	}
	return count + " " + strings.TrimSuffix(noun, "y") + map[bool]string{true: "ies", false: "s"}[strings.HasSuffix(noun, "y")]
}
