package sentiment

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
	"github.com/kljensen/snowball/english"
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
func Terms(text string) []string {
	list := []string{}
	seen := map[string]bool{}
	left := 0
	tokens := words.FromString(norm.NFKC.String(text))
	for tokens.Next() {
		word := strings.ToLower(strings.ReplaceAll(tokens.Value(), "’", "'"))
		switch {
		case isNegation(word):
			left = reach + 1
		case endsClause(word):
			left = 0
			continue
		case !isWord(word):
			continue
		}
		term := english.Stem(word, false)
		if left > 0 {
			left--
			if !isNegation(word) {
				term = negated + term
			}
		}
		if !seen[term] {
			seen[term] = true
			list = append(list, term)
		}
	}
	return list
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
	return strings.ContainsAny(word, ".,;:!?\n") && !isWord(word) || word == "but"
}

func isWord(word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	return unicode.IsLetter(first)
}
