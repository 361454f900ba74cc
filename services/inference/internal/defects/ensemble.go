package defects

import (
	"errors"
	"fmt"
	"math"
)

// Ensemble is a sum of trees: the log-odds of a defect.
type Ensemble struct {
	// Bias is the log-odds of a defect before any tree.
	Bias float64 `json:"bias"`
	// Trees add to it.
	Trees []Tree `json:"trees"`
}

// Tree is a decision tree; the first node is its root.
type Tree []Node

// Node either asks for a feature or, without children, gives a value.
type Node struct {
	// Feature is the index of what is compared.
	Feature int `json:"feature,omitempty"`
	// Threshold is the largest value that goes left.
	Threshold float64 `json:"threshold,omitempty"`
	// Left and Right are indices of nodes further down; both 0 in a leaf.
	Left  int `json:"left,omitempty"`
	Right int `json:"right,omitempty"`
	// Value is the amount that a leaf adds to the log-odds.
	Value float64 `json:"value,omitempty"`
}

func (n Node) leaf() bool { return n.Left == 0 && n.Right == 0 }

// Probability is that of a defect.
func (e Ensemble) Probability(row []float64) float64 {
	sum := e.Bias
	for _, tree := range e.Trees {
		sum += tree.value(row)
	}
	return logistic(sum)
}

func (t Tree) value(row []float64) float64 {
	node := t[0]
	for !node.leaf() {
		if row[node.Feature] <= node.Threshold {
			node = t[node.Left]
		} else {
			node = t[node.Right]
		}
	}
	return node.Value
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// check reports what would never end, lead out of the tree or give no number.
func (e Ensemble) check(features int) error {
	if !finite(e.Bias) {
		return errors.New("its bias is no number")
	}
	if len(e.Trees) == 0 {
		return errors.New("it has no trees")
	}
	for i, tree := range e.Trees {
		if len(tree) == 0 {
			return fmt.Errorf("tree %d has no nodes", i)
		}
		for j, node := range tree {
			if err := node.check(j, len(tree), features); err != nil {
				return fmt.Errorf("tree %d, node %d: %w", i, j, err)
			}
		}
	}
	return nil
}

func (n Node) check(at, nodes, features int) error {
	switch {
	case !finite(n.Value) || !finite(n.Threshold):
		return errors.New("its value or threshold is no number")
	case n.leaf():
		return nil
	// Children come after their parents, so that every walk ends.
	case n.Left <= at || n.Right <= at || n.Left >= nodes || n.Right >= nodes:
		return fmt.Errorf("its children are %d and %d of %d nodes", n.Left, n.Right, nodes)
	case n.Feature < 0 || n.Feature >= features:
		return fmt.Errorf("it compares measurement %d of %d", n.Feature, features)
	default:
		return nil
	}
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
