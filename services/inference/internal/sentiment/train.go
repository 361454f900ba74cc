package sentiment

import (
	"fmt"
	"math"
	"slices"

	"github.com/jbrukh/bayesian"
)

const (
	// scale turns weights into the whole counts the classifier takes. The
	// classifier adds 1 to every count, so a greater scale smooths less. On the
	// bundled sample the accuracy is the same from 4 to 32.
	scale = 8
	// common is in how many texts a term must occur to be learned. What occurs
	// once, such as a product, is no evidence: on the bundled sample this alone
	// raises the accuracy from 0.81 to 0.87 (the mean of 20 splits).
	common = 2
)

// Trainer learns from labelled texts, one at a time. It keeps the terms of every
// text as numbers, about 4 bytes a word, not the text.
type Trainer struct {
	ids       map[string]uint32
	terms     []string
	documents []document
	// frequency counts the documents a term occurs in.
	frequency []int
}

type document struct {
	class bayesian.Class
	terms []uint32
}

// NewTrainer returns a Trainer that has seen nothing.
func NewTrainer() *Trainer { return &Trainer{ids: map[string]uint32{}} }

// Learn takes one text of a class. The class must be one of Classes.
func (t *Trainer) Learn(text, class string) error {
	if !slices.Contains(Classes(), class) {
		return fmt.Errorf("class %q: must be one of %q", class, Classes())
	}
	terms := Terms(text)
	parsed := document{class: bayesian.Class(class), terms: make([]uint32, 0, len(terms))}
	for _, term := range terms {
		id, known := t.ids[term]
		if !known {
			id = uint32(len(t.terms))
			t.ids[term] = id
			t.terms = append(t.terms, term)
			t.frequency = append(t.frequency, 0)
		}
		t.frequency[id]++
		parsed.terms = append(parsed.terms, id)
	}
	t.documents = append(t.documents, parsed)
	return nil
}

// Samples is how many texts were learned.
func (t *Trainer) Samples() int { return len(t.documents) }

// Model returns what was learned so far. Every class must have been seen.
//
// Each document has a length of 1, so that long texts do not drown short ones,
// and the share of a term in it grows with how rare the term is among all
// documents. Terms occur at most once in a document, so the frequency of a term
// in it is always 1.
func (t *Trainer) Model() (*Model, error) {
	classifier := bayesian.NewClassifier(Positive, Negative)
	for id, term := range t.terms {
		if t.frequency[id] < common {
			continue
		}
		// Both classes know every term, or the smaller vocabulary would make its
		// class more probable.
		for _, class := range classifier.Classes {
			classifier.Observe(term, 0, class)
		}
	}
	for class, weights := range t.weights() {
		for id, weight := range weights {
			if t.frequency[id] >= common && weight > 0 {
				// What occurred counts, however long the texts were.
				classifier.Observe(t.terms[id], max(1, int(math.Round(scale*weight))), class)
			}
		}
	}
	encoded, err := encode(classifier)
	if err != nil {
		return nil, err
	}
	model, err := newModel(classifier, encoded)
	if err != nil {
		return nil, fmt.Errorf("learning from %d texts: %w: a word must be in at least %d texts to be learned", len(t.documents), err, common)
	}
	return model, nil
}

// weights adds up the weight of every term in the documents of each class.
func (t *Trainer) weights() map[bayesian.Class][]float64 {
	sums := map[bayesian.Class][]float64{}
	for _, class := range Classes() {
		sums[bayesian.Class(class)] = make([]float64, len(t.terms))
	}
	for _, doc := range t.documents {
		length := 0.0
		for _, id := range doc.terms {
			length += t.rarity(id) * t.rarity(id)
		}
		for _, id := range doc.terms {
			sums[doc.class][id] += t.rarity(id) / math.Sqrt(length)
		}
	}
	return sums
}

// rarity is the inverse document frequency, smoothed so that a term of every
// document still weighs something.
func (t *Trainer) rarity(id uint32) float64 {
	return 1 + math.Log(float64(1+len(t.documents))/float64(1+t.frequency[id]))
}
