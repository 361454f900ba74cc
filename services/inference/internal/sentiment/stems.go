package sentiment

import (
	"hash/maphash"
	"strings"
	"sync/atomic"

	"github.com/kljensen/snowball/english"
)

const (
	// slots is how many stems are remembered at most, about half a megabyte. The
	// bundled sample has 1,500 words.
	slots = 4096
	// longest is the length in bytes of the longest word that is remembered. Longer
	// ones are rarely words.
	longest = 64
)

// stemmed is a word with its stem, and with the term it is behind a negation.
type stemmed struct{ word, stem, negated string }

// memory has the stems of words that were met before: to look one up takes a
// hundredth of the time to find it. Each word has one slot, and takes it from the word
// that was there, so it never grows. Any number of goroutines may use one.
type memory struct {
	seed  maphash.Seed
	slots [slots]atomic.Pointer[stemmed]
}

// stems serve every model: a stem depends on its word alone.
var stems = &memory{seed: maphash.MakeSeed()}

// of returns the stem of a word in small letters.
func (m *memory) of(word string) *stemmed {
	slot := &m.slots[maphash.String(m.seed, word)%slots]
	if found := slot.Load(); found != nil && found.word == word {
		return found
	}
	stem := english.Stem(word, false)
	fresh := &stemmed{word: strings.Clone(word), stem: stem, negated: negated + stem}
	if len(word) <= longest {
		slot.Store(fresh)
	}
	return fresh
}
