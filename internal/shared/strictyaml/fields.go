package strictyaml

import (
	"fmt"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// fieldsOf maps the keys of a struct to field indexes. Anonymous structs
// without a name in their tag count as part of the struct around them.
func fieldsOf(t reflect.Type) map[string][]int {
	fields := map[string][]int{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct {
			for key, index := range fieldsOf(f.Type) {
				fields[key] = append([]int{i}, index...)
			}
			continue
		}
		if !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		fields[name] = []int{i}
	}
	return fields
}

// UnknownKey is the error of a key that is not among known, with the known key
// that was probably meant. It does not show the value, which may be a secret.
func UnknownKey(path *field.Path, key string, known []string) *field.Error {
	return field.Forbidden(path, "unknown key"+suggestion(key, known))
}

func suggestion(key string, known []string) string {
	// Two slips in a word of ordinary length; fewer in a short one.
	limit := min(2, (len(key)+1)/3)
	best, bestDistance := "", limit+1
	for _, candidate := range known {
		if d := distance(strings.ToLower(key), strings.ToLower(candidate)); d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	switch {
	case best != "":
		return fmt.Sprintf(", did you mean %q?", best)
	case len(known) == 0:
		return ""
	default:
		return "; known keys: " + strings.Join(known, ", ")
	}
}

// maxKeyLength bounds the work on keys that cannot be slips of known ones.
const maxKeyLength = 64

// distance counts the insertions, deletions, substitutions and swaps of
// neighbours that turn a into b.
func distance(a, b string) int {
	if len(a) > maxKeyLength || len(b) > maxKeyLength {
		return max(len(a), len(b))
	}
	rows := borders(len(a), len(b))
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

// borders is the table of distance with what it takes to reach a beginning of
// one text from nothing.
func borders(a, b int) [][]int {
	rows := make([][]int, a+1)
	for i := range rows {
		rows[i] = make([]int, b+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	return rows
}
