package verifyaws

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPathAt(t *testing.T) {
	t.Parallel()
	const document = `{
  "resource": {"aws_x": {"main": {
    "plain": "one",
    "list": ["two", {"inner": "three"}],
    "last": 4
  }}}
}`
	for at, want := range map[string]string{
		`"one"`:   "resource.aws_x.main.plain",
		`"plain"`: "resource.aws_x.main.plain",
		`"two"`:   "resource.aws_x.main.list.0",
		`"three"`: "resource.aws_x.main.list.1.inner",
		`4`:       "resource.aws_x.main.last",
		`"aws_x"`: "resource.aws_x",
	} {
		assert.Equal(t, want, strings.Join(pathAt([]byte(document), strings.Index(document, at)), "."), at)
	}
	assert.Empty(t, pathAt([]byte("not JSON"), 3))
}

func TestSetLeavesTheOriginalAlone(t *testing.T) {
	t.Parallel()
	original := map[string]any{"a": []any{map[string]any{"b": 1.0}}, "c": map[string]any{"d": "x"}}
	for path, want := range map[string]map[string]any{
		"a[0].b": {"a": []any{map[string]any{"b": "new"}}, "c": map[string]any{"d": "x"}},
		"c.e.f":  {"a": []any{map[string]any{"b": 1.0}}, "c": map[string]any{"d": "x", "e": map[string]any{"f": "new"}}},
		"g":      {"a": []any{map[string]any{"b": 1.0}}, "c": map[string]any{"d": "x"}, "g": "new"},
	} {
		got, err := set(original, steps(path), "new")
		assert.NoError(t, err)
		assert.Equal(t, want, got, path)
	}
	assert.Equal(t, map[string]any{"a": []any{map[string]any{"b": 1.0}}, "c": map[string]any{"d": "x"}}, original)
	for path, want := range map[string]string{"a[1].b": `"1" is not an element of a list of 1`, "a.b": `"b" is not an element`, "c.d.e": `x has no "e"`} {
		_, err := set(original, steps(path), "new")
		assert.ErrorContains(t, err, want, path)
	}
}
