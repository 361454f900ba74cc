package model

import "slices"

// Evaluation counts how a model did on examples it had not learned from.
type Evaluation struct {
	// Classes are those of the kind.
	Classes []string
	// Confusion counts examples: the first index is the true class, the second the
	// predicted one, both in the order of Classes.
	Confusion [2][2]int
}

// Add counts one example. Both must be among Classes.
func (e *Evaluation) Add(truth, predicted string) {
	e.Confusion[slices.Index(e.Classes, truth)][slices.Index(e.Classes, predicted)]++
}

// Samples is how many examples were counted.
func (e *Evaluation) Samples() int {
	return e.Confusion[0][0] + e.Confusion[0][1] + e.Confusion[1][0] + e.Confusion[1][1]
}

// Accuracy is the share of right answers, 0 to 1; 0 without any example.
func (e *Evaluation) Accuracy() float64 {
	return ratio(e.Confusion[0][0]+e.Confusion[1][1], e.Samples())
}

// Precision is the share of right answers among those that named the class.
func (e *Evaluation) Precision(class string) float64 {
	i := slices.Index(e.Classes, class)
	return ratio(e.Confusion[i][i], e.Confusion[0][i]+e.Confusion[1][i])
}

// Recall is the share of the examples of the class that were found.
func (e *Evaluation) Recall(class string) float64 {
	i := slices.Index(e.Classes, class)
	return ratio(e.Confusion[i][i], e.Confusion[i][0]+e.Confusion[i][1])
}

func ratio(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
