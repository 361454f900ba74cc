package defects

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// How trees are grown. On the bundled sample 60 to 200 rounds and a depth of 2 to
// 4 differ by less than the choice of the rows that are measured on.
const (
	// rounds is the number of trees.
	rounds = 100
	// depth is the number of questions from the root to a leaf.
	depth = 3
	// rate is how much of its correction a tree may make.
	rate = 0.1
	// smallest is the number of rows a leaf has at least. Fewer are no evidence.
	smallest = 5
	// damping pulls the values of leaves towards zero, as if that many rows more
	// of full uncertainty said nothing.
	damping = 1.0
)

// Trainer learns from rows of numbers. It keeps them all: 8 bytes a number, and 4
// more while trees are grown.
type Trainer struct {
	// columns hold the rows by feature.
	columns [][]float64
	defects []bool
}

// NewTrainer returns a Trainer of rows with that many numbers.
func NewTrainer(features int) *Trainer { return &Trainer{columns: make([][]float64, features)} }

// Learn takes one row, which must have one number for each feature.
func (t *Trainer) Learn(row []float64, defect bool) {
	for i, value := range row {
		t.columns[i] = append(t.columns[i], value)
	}
	t.defects = append(t.defects, defect)
}

// Samples is how many rows were learned.
func (t *Trainer) Samples() int { return len(t.defects) }

// Ensemble returns what was learned so far: trees that each correct what those
// before it leave, by the gradient of the logistic loss and its second
// derivative. Both classes must have been seen. The same rows in the same order
// give the same trees.
func (t *Trainer) Ensemble() (Ensemble, error) {
	found := 0
	for _, defect := range t.defects {
		if defect {
			found++
		}
	}
	if found == 0 || found == t.Samples() {
		return Ensemble{}, fmt.Errorf("learning from %d rows: %d of them are defects: both classes must occur", t.Samples(), found)
	}
	share := float64(found) / float64(t.Samples())
	ensemble := Ensemble{Bias: math.Log(share / (1 - share))}
	g := t.newGrower(ensemble.Bias)
	for range rounds {
		tree := g.grow()
		ensemble.Trees = append(ensemble.Trees, tree)
		if tree[0].leaf() {
			break // nothing is left that a question would tell apart
		}
	}
	return ensemble, nil
}

// grower grows one tree after the other.
type grower struct {
	*Trainer
	// sorted are the rows by each feature.
	sorted [][]int32
	// score is the log-odds of every row so far; gradient and weight are the first
	// and second derivative of its loss there.
	score, gradient, weight []float64
	// side is where the node in work sends a row.
	side []bool
}

func (t *Trainer) newGrower(bias float64) *grower {
	n := t.Samples()
	g := &grower{
		Trainer: t, score: slices.Repeat([]float64{bias}, n),
		gradient: make([]float64, n), weight: make([]float64, n), side: make([]bool, n),
	}
	for _, column := range t.columns {
		order := make([]int32, n)
		for i := range order {
			order[i] = int32(i)
		}
		slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(column[a], column[b]) })
		g.sorted = append(g.sorted, order)
	}
	return g
}

func (g *grower) grow() Tree {
	for i := range g.score {
		probability := logistic(g.score[i])
		truth := 0.0
		if g.defects[i] {
			truth = 1
		}
		g.gradient[i], g.weight[i] = truth-probability, probability*(1-probability)
	}
	tree := Tree{}
	g.split(&tree, g.sorted, depth)
	return tree
}

// split adds a node for the rows, which are given in the order of each feature,
// and returns its index.
func (g *grower) split(tree *Tree, sorted [][]int32, left int) int {
	at := len(*tree)
	*tree = append(*tree, Node{})
	question, found := g.best(sorted)
	if left == 0 || !found {
		total := g.sum(sorted[0])
		value := rate * total.gradient / (total.weight + damping)
		(*tree)[at].Value = value
		for _, row := range sorted[0] {
			g.score[row] += value
		}
		return at
	}
	below, above := g.divide(sorted, question)
	question.Left = g.split(tree, below, left-1)
	question.Right = g.split(tree, above, left-1)
	(*tree)[at] = question
	return at
}

// sums are what the gain of a question is computed from.
type sums struct{ gradient, weight float64 }

func (s sums) minus(o sums) sums { return sums{s.gradient - o.gradient, s.weight - o.weight} }

// gain is how much a leaf of these rows lowers the loss, doubled.
func (s sums) gain() float64 { return s.gradient * s.gradient / (s.weight + damping) }

func (g *grower) sum(rows []int32) sums {
	var total sums
	for _, row := range rows {
		total.gradient += g.gradient[row]
		total.weight += g.weight[row]
	}
	return total
}

// best returns the question that lowers the loss most, if one does.
func (g *grower) best(sorted [][]int32) (Node, bool) {
	const least = 1e-9 // what rounding makes of no gain at all
	var question Node
	most, found := least, false
	for feature, rows := range sorted {
		total, below := g.sum(rows), sums{}
		column := g.columns[feature]
		for i, row := range rows[:len(rows)-1] {
			below.gradient += g.gradient[row]
			below.weight += g.weight[row]
			low, high := column[row], column[rows[i+1]]
			if low == high || i+1 < smallest || len(rows)-i-1 < smallest {
				continue
			}
			if gain := below.gain() + total.minus(below).gain() - total.gain(); gain > most {
				most, found = gain, true
				question = Node{Feature: feature, Threshold: between(low, high)}
			}
		}
	}
	return question, found
}

// between is the middle of two numbers, and never the higher one.
func between(low, high float64) float64 {
	if middle := low + (high-low)/2; middle < high {
		return middle
	}
	return low
}

// divide keeps the order of every feature on both sides.
func (g *grower) divide(sorted [][]int32, question Node) (below, above [][]int32) {
	count := 0
	for _, row := range sorted[question.Feature] {
		g.side[row] = g.columns[question.Feature][row] <= question.Threshold
		if g.side[row] {
			count++
		}
	}
	for _, rows := range sorted {
		low, high := make([]int32, 0, count), make([]int32, 0, len(rows)-count)
		for _, row := range rows {
			if g.side[row] {
				low = append(low, row)
			} else {
				high = append(high, row)
			}
		}
		below, above = append(below, low), append(above, high)
	}
	return below, above
}
