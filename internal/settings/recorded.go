package settings

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/validation"
)

// limit is how far a value may change after the first deployment. The tag that
// says so is the rule itself, and the documentation is generated from it:
//
//   - `fixed:"..."`: never;
//   - `grows:"..."`: a list gets further entries at its end, and nothing else; a
//     number becomes larger;
//   - `steps:"..."`: by a rule of its own, see checkStep.
//
// The text of the first two says what would be lost, and then the safe way; that of
// the last how the change goes.
type limit string

// The tags.
const (
	fixed limit = "fixed"
	grows limit = "grows"
	steps limit = "steps"
)

// kept is a setting that a later deployment may not change at will.
type kept struct {
	path  *field.Path
	limit limit
	// text is that of the tag.
	text string
	// value is the value as it is recorded; lists are spelt with commas, numbers in
	// decimal.
	value string
	// number says that the value is one.
	number bool
}

// Recorded are the settings that a later deployment may not change at will, by
// the path of their key. A list is spelt with commas. Parts that the stack does not
// have are left out: nothing is there that a change would lose.
func (p Platform) Recorded() map[string]string {
	values := map[string]string{}
	for _, k := range p.kept() {
		values[k.path.String()] = k.value
	}
	return values
}

// kept lists those of the stack's substrate, in the order of the types.
func (p Platform) kept() []kept {
	off := p.off()
	return slices.DeleteFunc(keptIn(nil, reflect.ValueOf(p), string(p.Substrate)), func(k kept) bool {
		return slices.ContainsFunc(off, func(part string) bool { return strings.HasPrefix(k.path.String(), part+".") })
	})
}

// off are the paths of parts with settings that are kept, which the stack does not
// have.
func (p Platform) off() []string {
	var parts []string
	if !p.Monitoring.Enabled {
		parts = append(parts, "monitoring")
	}
	if !p.Logs.Enabled || p.Logs.Destination != LogsToLoki || p.Logs.Loki.URL != "" {
		parts = append(parts, "logs.loki")
	}
	return parts
}

// keptIn looks into structs only: what maps and lists hold comes and goes.
func keptIn(path *field.Path, object reflect.Value, here string) []kept {
	var found []kept
	for i := range object.NumField() {
		f, value := object.Type().Field(i), object.Field(i)
		if !f.IsExported() || validation.Elsewhere(f, here) {
			continue
		}
		below := path
		if !f.Anonymous {
			below = path.Child(validation.Key(f))
		}
		if k, limited := keptBy(f); limited {
			k.path, k.value, k.number = below, textOf(value), value.CanInt()
			found = append(found, k)
		} else if value.Kind() == reflect.Struct {
			found = append(found, keptIn(below, value, here)...)
		}
	}
	return found
}

// keptBy reads the tag of a field.
func keptBy(f reflect.StructField) (kept, bool) {
	for _, l := range []limit{fixed, grows, steps} {
		if text, tagged := f.Tag.Lookup(string(l)); tagged {
			return kept{limit: l, text: text}, true
		}
	}
	return kept{}, false
}

const listSeparator = ","

// textOf spells a text, a whole number or a list of texts.
func textOf(value reflect.Value) string {
	switch {
	case value.CanInt():
		return strconv.FormatInt(value.Int(), 10)
	case value.Kind() != reflect.Slice:
		return value.String()
	}
	items := make([]string, value.Len())
	for i := range items {
		items[i] = value.Index(i).String()
	}
	return strings.Join(items, listSeparator)
}
