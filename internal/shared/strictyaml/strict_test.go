package strictyaml_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/shared/strictyaml"
)

type kind string

type hidden struct{ text string }

func (h *hidden) UnmarshalStrict(value any) error {
	text, ok := value.(string)
	if !ok {
		return errors.New("must be a string")
	}
	h.text = text
	return nil
}

type common struct {
	Name string `json:"name"`
}

type zone struct {
	CIDR  string `json:"cidr"`
	Count int    `json:"count"`
}

type spec struct {
	common
	Kind     kind            `json:"kind"`
	Small    int8            `json:"small"`
	Ratio    float64         `json:"ratio"`
	Narrow   float32         `json:"narrow"`
	On       bool            `json:"on"`
	Zone     zone            `json:"zone"`
	Optional *zone           `json:"optional,omitempty"`
	Zones    map[string]zone `json:"zones"`
	List     []zone          `json:"list"`
	Words    []string        `json:"words"`
	Any      any             `json:"any"`
	Token    hidden          `json:"token"`
	Ignored  string          `json:"-"`
	Untagged string
	private  string
}

func TestParseYAML(t *testing.T) {
	t.Parallel()
	tree, err := strictyaml.ParseYAML([]byte("a: {b: [1, 1.5, x, true, ~, 9223372036854775807, 18446744073709551615, no, 0o17, 0.5, 0, -0]}\nc: &x {d: 1}\ne: *x\n"))
	require.NoError(t, err)
	assert.Equal(t, map[string]any{
		"a": map[string]any{"b": []any{
			int64(1), 1.5, "x", true, nil, int64(math.MaxInt64), uint64(math.MaxUint64), "no", int64(15), 0.5, int64(0), int64(0),
		}},
		"c": map[string]any{"d": int64(1)},
		"e": map[string]any{"d": int64(1)},
	}, tree)

	for _, empty := range []string{"", "# nothing\n", "\n"} {
		tree, err = strictyaml.ParseYAML([]byte(empty))
		require.NoError(t, err)
		assert.Nil(t, tree)
	}
}

func TestParseYAMLErrors(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ text, want string }{
		"duplicate keys": {"a: 1\nb:\n  c: 1\n  c: 2\na: 2\n", `parsing YAML: line 5: mapping key "a" already defined at line 1`},
		"in a document":  {"b:\n  c: 1\n  c: 2\n", `parsing YAML: line 3: mapping key "c" already defined at line 2`},
		"JSON":           {`{"a":1,"a":2}`, `parsing YAML: line 1: mapping key "a" already defined at line 1`},
		"two documents":  {"a: 1\n---\nb: 1\n", "parsing YAML: more than one document"},
		"bad second":     {"a: 1\n---\n{", "parsing YAML: yaml: line 3: did not find expected node content"},
		"syntax":         {"a: [", "parsing YAML: yaml: line 1: did not find expected node content"},
		"number key":     {"a: {1: x, b: y, true: z}", "parsing YAML: a: keys must be strings, put quotes around [1 true]"},
		"top number key": {"1: x", "parsing YAML: the document: keys must be strings, put quotes around [1]"},
		"date":           {"a: [{b: 2026-01-02}]", "parsing YAML: a[0].b: a value that JSON cannot express (time.Time); put it in quotes"},
		"infinity":       {"a: .inf", "parsing YAML: a: +Inf is not a finite number"},
		"not a number":   {".nan", "parsing YAML: the document: NaN is not a finite number"},
		"octal": {"port: 010000\nlist: [-007, 089, 00]\ntext: \"010\"\n", "parsing YAML: line 1: " + octal("010000", "10000") +
			"; line 2: " + octal("-007", "-7") + "; line 2: " + octal("089", "89") + "; line 2: " + octal("00", "0")},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := strictyaml.ParseYAML([]byte(c.text))
			assert.EqualError(t, err, c.want)
		})
	}
}

func octal(number, meant string) string {
	return number + " must not begin with 0, which makes a number octal; did you mean " + meant + ", or a text in quotes?"
}

func decode(t *testing.T, text string, into any) []string {
	t.Helper()
	tree, err := strictyaml.ParseYAML([]byte(text))
	require.NoError(t, err)
	var lines []string
	for _, err := range strictyaml.Decode(nil, tree, into) {
		lines = append(lines, err.Error())
	}
	return lines
}

func TestDecodeKeepsDefaults(t *testing.T) {
	t.Parallel()
	defaults := func() spec {
		return spec{
			common: common{Name: "old"}, Kind: "k", Small: 3, On: true, private: "p",
			Zone:     zone{CIDR: "10.0.0.0/16", Count: 2},
			Optional: &zone{CIDR: "10.1.0.0/16", Count: 1},
			Zones:    map[string]zone{"a": {CIDR: "x", Count: 7}, "b": {Count: 8}},
			List:     []zone{{Count: 1}, {Count: 2}}, Words: []string{"one", "two"},
		}
	}
	before, got := defaults(), defaults()
	got.Zones, got.Optional = before.Zones, before.Optional
	errs := decode(t, `
name: new
zone: {count: 5}
optional: {count: 6}
zones: {a: {count: 9}, c: {cidr: y}}
list: [{cidr: z}]
ratio: 2
narrow: 0.5
small: 4.0
any: {x: [1]}
token: s3cret
Untagged: u
`, &got)
	assert.Empty(t, errs)

	want := defaults()
	want.Name, want.Ratio, want.Narrow, want.Small = "new", 2, 0.5, 4
	want.Zone.Count = 5
	want.Optional = &zone{CIDR: "10.1.0.0/16", Count: 6}
	want.Zones = map[string]zone{"a": {CIDR: "x", Count: 9}, "b": {Count: 8}, "c": {CIDR: "y"}}
	want.List = []zone{{CIDR: "z"}}
	want.Any = map[string]any{"x": []any{int64(1)}}
	want.Token, want.Untagged = hidden{"s3cret"}, "u"
	assert.Equal(t, want, got)
	assert.Equal(t, defaults(), before, "what the defaults share with the result must not change")
}

func TestDecodeReportsEveryError(t *testing.T) {
	t.Parallel()
	var got spec
	errs := decode(t, `
nmae: secret-in-the-wrong-place
qqqqqqq: 1
Ignored: x
kind: 1
small: 300
ratio: "1"
narrow: 1.0e300
on: "yes"
zone: {cidr: ~, count: 1.5, cidrr: x, ocunt: 1}
optional: also-secret
zones: {gpu: {count: two}, cpu: ~}
list: [{count: 99999999999999999999}, 5]
words: {a: b}
token: [hunter2]
name: [a, b]
`, &got)
	assert.Equal(t, []string{
		`Ignored: Forbidden: unknown key; known keys: Untagged, any, kind, list, name, narrow, on, optional, ratio, small, token, words, zone, zones`,
		`kind: Invalid value: 1: must be a string; put it in quotes`,
		`list[0].count: Invalid value: 1e+20: must fit into 64 bits`,
		`list[1]: Invalid value: "number": must be an object`,
		`name: Invalid value: "list": must be a string`,
		`narrow: Invalid value: 1e+300: must fit into 32 bits`,
		`nmae: Forbidden: unknown key, did you mean "name"?`,
		`on: Invalid value: "yes": must be true or false, without quotes`,
		`optional: Invalid value: "string": must be an object`,
		`qqqqqqq: Forbidden: unknown key; known keys: Untagged, any, kind, list, name, narrow, on, optional, ratio, small, token, words, zone, zones`,
		`ratio: Invalid value: "1": must be a number`,
		`small: Invalid value: 300: must fit into 8 bits`,
		`token: Invalid value: "(hidden)": must be a string`,
		`words: Invalid value: "object": must be a list`,
		`zone.cidr: Invalid value: null: must not be null; leave the key out to get its default`,
		`zone.cidrr: Forbidden: unknown key, did you mean "cidr"?`,
		`zone.count: Invalid value: 1.5: must be an integer`,
		`zone.ocunt: Forbidden: unknown key, did you mean "count"?`,
		`zones[cpu]: Invalid value: null: must not be null; leave the key out to get its default`,
		`zones[gpu].count: Invalid value: "two": must be an integer`,
	}, errs)
}

func TestDecodeAtTheTop(t *testing.T) {
	t.Parallel()
	var got spec
	assert.Equal(t, []string{`(top level): Invalid value: "list": must be an object`}, decode(t, "[1]", &got))
	assert.Equal(t, []string{"(top level): Invalid value: null: " + strictyaml.RuleNotNull}, decode(t, "", &got))

	under := strictyaml.Decode(field.NewPath("tenants").Index(1), map[string]any{"zone": int64(1)}, &got)
	assert.EqualError(t, under[0], `tenants[1].zone: Invalid value: "number": must be an object`)
}

func TestDecodeIntoWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	var nilSpec *spec
	text := "x"
	for name, c := range map[string]struct {
		value, into any
		want        string
	}{
		"value":       {"x", spec{}, "(top level): Internal error: cannot decode into a strictyaml_test.spec"},
		"nil":         {"x", nil, "(top level): Internal error: cannot decode into a <nil>"},
		"nil pointer": {"x", nilSpec, "(top level): Internal error: cannot decode into a *strictyaml_test.spec"},
		"channel":     {"x", new(chan int), "(top level): Internal error: cannot decode into a chan int"},
		"interface":   {"x", new(error), "(top level): Internal error: cannot decode into a error"},
		"int keys":    {map[string]any{"1": "x"}, new(map[int]string), "(top level): Internal error: cannot decode into a map[int]string"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := strictyaml.Decode(nil, c.value, c.into)
			require.Len(t, list, 1)
			assert.EqualError(t, list[0], c.want)
		})
	}
	assert.Empty(t, strictyaml.Decode(nil, "y", &text))
	assert.Equal(t, "y", text)
}

func TestUnknownKeySuggestions(t *testing.T) {
	t.Parallel()
	known := []string{"maxSize", "minSize", "zone"}
	for key, want := range map[string]string{
		"maxsize":                `, did you mean "maxSize"?`,
		"maxSzie":                `, did you mean "maxSize"?`,
		"zones":                  `, did you mean "zone"?`,
		"zoen":                   `, did you mean "zone"?`,
		"x":                      "; known keys: maxSize, minSize, zone",
		strings.Repeat("z", 500): "; known keys: maxSize, minSize, zone",
	} {
		err := strictyaml.UnknownKey(field.NewPath("k"), key, known)
		assert.EqualError(t, err, "k: Forbidden: unknown key"+want, key)
	}
	assert.EqualError(t, strictyaml.UnknownKey(field.NewPath("k"), "x", nil), "k: Forbidden: unknown key")
}

// FuzzDecode checks that no input makes the reader panic, and that a tree that
// decodes without errors decodes to the same value every time.
func FuzzDecode(f *testing.F) {
	f.Add("name: x\nzone: {count: 1}\nzones: {a: {count: 2}}\nlist: [{cidr: y}]")
	f.Add(`{"a": {"a": 1, "a": 2}, "small": 1e400}`)
	f.Add("&a [*a, <<: {b: ~}]")
	f.Add("small: 18446744073709551615\ntoken: !!binary aGk=\n? [1]\n: 2")
	f.Add("---\n...\n---\n")
	f.Fuzz(func(t *testing.T, text string) {
		tree, err := strictyaml.ParseYAML([]byte(text))
		if err != nil {
			return
		}
		var one, two spec
		first, second := strictyaml.Decode(nil, tree, &one), strictyaml.Decode(nil, tree, &two)
		assert.Equal(t, first, second)
		assert.Equal(t, one, two)
		for _, err := range first {
			assert.NotEqual(t, field.ErrorTypeInternal, err.Type, err.Error())
		}
	})
}
