package request_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/services/inference/internal/request"
)

// body has a text and numbers, as requests have one or the other.
type body struct {
	Text     *string             `json:"text"`
	Features map[string]*float64 `json:"features"`
}

// quick is a body that takes a text directly.
type quick struct{ body }

// Member implements request.Text.
func (*quick) Member() string { return "text" }

// SetText implements request.Text.
func (q *quick) SetText(text string) { q.Text = &text }

func decode(text []byte) (body, error) {
	var into body
	err := request.Decode(text, &into)
	return into, err
}

func TestDecode(t *testing.T) {
	t.Parallel()
	many := make([]string, 100)
	for i := range many {
		many[i] = fmt.Sprintf(`"f%d":1`, i)
	}
	for text, want := range map[string]string{
		`{"text":"good","features":{"a":1,"A":2}}`:               "",
		"\t{ \"text\" :\r\n\"good\" } ":                          "",
		`{"features":{` + strings.Join(many, ",") + `}}`:         "",
		`{"features":{` + strings.Join(many, ",") + `,"f99":1}}`: "must be a JSON object: features.f99 must not occur twice",
		`{"features":{"a\\":1,"b":2,"a\\":3}}`:                   `must be a JSON object: features.a\ must not occur twice`,
		`{"text":"a","te\u0078t":"b"}`:                           "must be a JSON object: text must not occur twice",
		`{"text":"a","TEXT":"b"}`:                                "must be a JSON object: TEXT must not occur twice",
		`{"text":"a","lang":"b"}`:                                `must be a JSON object: unknown field "lang"`,
		`{"text":7}`:                                             "must be a JSON object: text must not be a number",
		`{"text":"a"`:                                            "must be a JSON object: it ends too early",
		`["a"]`:                                                  "must be a JSON object: it is a array",
		`{"text":"a"} {"text":"a"}`:                              "must be one JSON object with nothing behind it",
		`{"text":"a"}}`:                                          "must be one JSON object with nothing behind it",
		"{\"text\":\"\xff\"}":                                    "must be UTF-8",
		"{\"text\":\"a\nb\"}":                                    `must be a JSON object: invalid character '\n' in string literal`,
	} {
		_, err := decode([]byte(text))
		if want == "" {
			require.NoError(t, err, text)
			continue
		}
		require.EqualError(t, err, want, text)
	}
}

// object is one that is open, or a list.
type object struct {
	names []string
	list  bool
	// value is set when the next token is a value, not a name.
	value bool
}

// repeats says whether the names of an object repeat, by the tokens of encoding/json.
func repeats(text []byte) bool {
	var open []*object
	decoder := json.NewDecoder(bytes.NewReader(text))
	for {
		token, err := decoder.Token()
		if err != nil {
			return false
		}
		delimiter, _ := token.(json.Delim)
		if delimiter == '}' || delimiter == ']' {
			open = open[:len(open)-1]
			continue
		}
		if len(open) > 0 && open[len(open)-1].takesName() {
			if open[len(open)-1].has(token.(string), len(open) == 1) {
				return true
			}
			continue
		}
		if delimiter != 0 {
			open = append(open, &object{list: delimiter == '['})
		}
	}
}

// takesName says whether the next token is a name.
func (o *object) takesName() bool {
	o.value = !o.value
	return o.value && !o.list
}

// has says whether a name was there before, and keeps it.
func (o *object) has(name string, outermost bool) bool {
	found := slices.ContainsFunc(o.names, func(before string) bool {
		return before == name || outermost && strings.EqualFold(before, name)
	})
	o.names = append(o.names, name)
	return found
}

// FuzzDecode holds what is decoded against encoding/json, and the quick way against the
// usual one.
func FuzzDecode(f *testing.F) {
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := decode(text)
		var fast quick
		fastErr := request.Decode(text, &fast)
		require.Equal(t, err, fastErr)
		if err != nil {
			require.True(t, strings.HasPrefix(err.Error(), "must be "), err)
			return
		}
		require.Equal(t, got, fast.body)
		require.True(t, json.Valid(text))
		require.False(t, repeats(text))
	})
}

// FuzzRepeats looks for repeated names in any JSON, not only in what a request can have.
//
// Proves N10 by plain Go: that a name occurs twice is seen in whatever JSON text.
func FuzzRepeats(f *testing.F) {
	f.Fuzz(func(t *testing.T, text []byte) {
		var into any
		err := request.Decode(text, &into)
		if err != nil && !strings.HasSuffix(err.Error(), " must not occur twice") {
			require.True(t, !utf8.Valid(text) || json.Unmarshal(text, new(any)) != nil, err)
			return
		}
		require.Equal(t, repeats(text), err != nil)
	})
}
