package training

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestFisher has values that are in print: Fisher's own of the lady who tastes tea, 17
// of 70 and 1 of 70, and others that are counted by hand.
func TestFisher(t *testing.T) {
	t.Parallel()
	for want, table := range map[float64][2][2]int{
		17.0 / 70:       {{3, 1}, {1, 3}},
		1.0 / 70:        {{4, 0}, {0, 4}},
		1.0 / 252:       {{5, 0}, {0, 5}},
		2126.0 / 184756: {{8, 2}, {2, 8}},
		1:               {{0, 5}, {5, 0}},
		0.99999999999:   {{0, 5}, {0, 95}}, // always the second class
	} {
		assert.InDelta(t, want, fisher(table), 1e-9, table)
	}
}

func TestEveryInputCountsOnce(t *testing.T) {
	t.Parallel()
	classes := []string{"a", "b"}
	asked := map[string]*sameInput{
		"often":   {answer: "a", labels: map[string]int{"a": 900, "b": 1}},
		"twice":   {answer: "b", labels: map[string]int{"b": 2}},
		"wrong":   {answer: "a", labels: map[string]int{"b": 5}},
		"balance": {answer: "a", labels: map[string]int{"a": 3, "b": 3}},
	}
	assert.InDelta(t, fisher([2][2]int{{1, 0}, {1, 1}}), chance(asked, classes), 1e-12)
}
