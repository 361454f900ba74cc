package sentiment

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
	"golang.org/x/text/unicode/norm"
)

// negated marks the terms behind a negation, so that "not good" and "good" are
// evidence of opposite things.
const negated = "not_"

// reach is how many words a negation turns: in "not a good idea" the third one
// still counts, and what follows much later usually does not.
const reach = 3

// Terms returns the stems of the words in text, each at most once, in the order
// of their first use. Words behind a negation are marked. The order makes the
// sum of the scores, and with it the answer, the same on every call.
func Terms(text string) []string { return appendTerms(nil, text) }

// appendTerms appends the terms of a text to an empty list.
func appendTerms(list []string, text string) []string {
	found := distinct{list: list}
	left := 0
	tokens := words.FromString(strings.ReplaceAll(norm.NFKC.String(text), "’", "'"))
	for tokens.Next() {
		word := strings.ToLower(tokens.Value())
		switch {
		case word == " ": // every second one
		case isNegation(word):
			left = reach
			found.add(stems.of(word).stem)
		case endsClause(word):
			left = 0
		case !isWord(word):
		case left > 0:
			left--
			found.add(stems.of(word).negated)
		default:
			found.add(stems.of(word).stem)
		}
	}
	return found.list
}

// distinct is a list in which every term stands once.
type distinct struct {
	list []string
	// seen has them all once they are too many to look through.
	seen map[string]struct{}
}

// few is the length of a list that is looked through as fast as a map is asked.
const few = 32

func (d *distinct) add(term string) {
	if d.seen == nil && len(d.list) == few {
		d.seen = make(map[string]struct{}, 2*few)
		for _, before := range d.list {
			d.seen[before] = struct{}{}
		}
	}
	if d.seen == nil {
		if slices.Contains(d.list, term) {
			return
		}
	} else if _, before := d.seen[term]; before {
		return
	} else {
		d.seen[term] = struct{}{}
	}
	d.list = append(d.list, term)
}

func isNegation(word string) bool {
	switch word {
	case "not", "no", "never", "nothing", "without", "nor", "cannot", "hardly":
		return true
	default:
		return strings.HasSuffix(word, "n't")
	}
}

func endsClause(word string) bool {
	return word == "but" || !isWord(word) && strings.ContainsAny(word, ".,;:!?\n")
}

func isWord(word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	return unicode.IsLetter(first)
}
