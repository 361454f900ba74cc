package fluent

import (
	"fmt"
	"regexp"
	"strings"
)

// Record is a log record in the pipeline.
type Record map[string]any

// accessor matches one field of a record: $key or $key['inner'].
var accessor = regexp.MustCompile(`\$([A-Za-z_][A-Za-z0-9_]*)((?:\['[^']+'\])*)`)

var inner = regexp.MustCompile(`\['([^']+)'\]`)

// Lookup returns the value of a field, such as $app['msg'], or of a plain key.
func (r Record) Lookup(field string) (any, bool) {
	name, path := strings.TrimPrefix(field, "$"), []string(nil)
	if found := accessor.FindStringSubmatch(field); found != nil && strings.HasPrefix(field, "$") {
		name = found[1]
		for _, step := range inner.FindAllStringSubmatch(found[2], -1) {
			path = append(path, step[1])
		}
	}
	value, there := r[name]
	for _, step := range path {
		object, _ := value.(map[string]any)
		value, there = object[step]
	}
	return value, there
}

// Expand replaces the fields in a template and says whether all were there.
func (r Record) Expand(template string) (string, bool) {
	complete := true
	text := accessor.ReplaceAllStringFunc(template, func(field string) string {
		value, there := r.Lookup(field)
		complete = complete && there
		return fmt.Sprint(value)
	})
	return text, complete
}

// lift moves the fields of an object up.
func (r Record) lift(key, prefix string) {
	object, ok := r[key].(map[string]any)
	if !ok {
		return
	}
	delete(r, key)
	for name, value := range object {
		r[prefix+name] = value
	}
}
