package request

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// duplicate returns the path of a member that occurs twice in its object, such as
// features.torque_nm, and nothing where none does. The text must be valid JSON.
//
// Names of the outermost object that differ in capital letters only are the same,
// because encoding/json decodes "Text" and "text" into one field. Those further inside
// are keys of maps, and compared letter by letter.
func duplicate(text []byte) string {
	w := &walker{text: text}
	return strings.TrimPrefix(w.value(w.token(), bytes.EqualFold), ".")
}

// walker goes once through JSON text that is known to be valid.
type walker struct {
	text []byte
	at   int
	// name is the last string that was passed, as it is written.
	name []byte
}

// same compares two names of one object.
type same func(a, b []byte) bool

// value walks over the rest of a value that began with a token. A path that it
// returns begins with a dot or a bracket.
func (w *walker) value(token byte, names same) string {
	switch token {
	case '{':
		return w.object(names)
	case '[':
		return w.array()
	default:
		return ""
	}
}

func (w *walker) object(names same) string {
	var before members
	for w.token() == '"' {
		name := unescaped(w.name)
		if before.has(name, names) {
			return "." + string(name)
		}
		before.add(name)
		if path := w.value(w.token(), bytes.Equal); path != "" {
			return "." + string(name) + path
		}
	}
	return ""
}

func (w *walker) array() string {
	for i := 0; ; i++ {
		token := w.token()
		if token == ']' || token == 0 {
			return ""
		}
		if path := w.value(token, bytes.Equal); path != "" {
			return "[" + strconv.Itoa(i) + "]" + path
		}
	}
}

// token passes one token and returns its first byte: a bracket, a quotation mark, or
// that of a number or word; 0 at the end. Commas and colons say nothing new.
func (w *walker) token() byte {
	for w.at < len(w.text) && strings.IndexByte(" \t\r\n,:", w.text[w.at]) >= 0 {
		w.at++
	}
	if w.at == len(w.text) {
		return 0
	}
	first := w.text[w.at]
	w.at++
	switch first {
	case '{', '}', '[', ']':
	case '"':
		w.quoted()
	default:
		for w.at < len(w.text) && strings.IndexByte(" \t\r\n,:]}", w.text[w.at]) < 0 {
			w.at++
		}
	}
	return first
}

// quoted passes a string behind its first quotation mark.
func (w *walker) quoted() {
	begin := w.at
	for w.at < len(w.text) && w.text[w.at] != '"' {
		if w.text[w.at] == '\\' {
			w.at++
		}
		w.at++
	}
	w.name = w.text[begin:min(w.at, len(w.text))]
	w.at++
}

// unescaped returns a name with its escapes resolved: "t\u0065xt" is text too.
func unescaped(name []byte) []byte {
	if !slices.Contains(name, '\\') {
		return name
	}
	var text string
	if err := json.Unmarshal(slices.Concat([]byte{'"'}, name, []byte{'"'}), &text); err != nil {
		return name // it was no valid JSON
	}
	return []byte(text)
}

// members are the names of an object so far.
type members struct {
	list [][]byte
	// seen has them all once they are too many to look through.
	seen map[string]struct{}
}

// few is the number of names that are looked through as fast as a map is asked.
const few = 16

func (m *members) has(name []byte, names same) bool {
	if _, found := m.seen[string(name)]; found {
		return true
	}
	return slices.ContainsFunc(m.list, func(before []byte) bool { return names(before, name) })
}

func (m *members) add(name []byte) {
	if len(m.list) < few {
		m.list = append(m.list, name)
		return
	}
	if m.seen == nil {
		m.seen = map[string]struct{}{}
	}
	m.seen[string(name)] = struct{}{}
}
