package training

import "math"

// MaximumChance is the probability from which on a model counts as a lucky one: of a
// hundred tables of random labels at most one gets below it. The smallest table that
// can be used, 5 rows of each class to measure on, reaches 1/252 when all are right.
const MaximumChance = 0.01

// sameInput are examples whose inputs are the same for the model.
type sameInput struct {
	answer string
	labels map[string]int
}

// chance is the probability that answers fit labels at least as well when the labels
// are shuffled among the inputs. Every input counts once, however often it occurs,
// with the label that most of its examples have: the test takes them to be independent,
// which copies are not. An input whose labels balance says nothing.
//
// It is Fisher's exact test, one-sided: R. A. Fisher, The Design of Experiments, 1935,
// chapter 2. To shuffle labels in order to see whether a classifier has learned anything
// is described in M. Ojala and G. C. Garriga, Permutation Tests for Studying Classifier
// Performance, JMLR 11 (2010), 1833-1863. With two classes it needs no sampling. Unlike a
// bound on the accuracy it is not met by a model that always answers the frequent class.
func chance(asked map[string]*sameInput, classes []string) float64 {
	var table [2][2]int
	for _, input := range asked {
		first, second := input.labels[classes[0]], input.labels[classes[1]]
		if first == second {
			continue
		}
		truth, answer := 0, 0
		if second > first {
			truth = 1
		}
		if input.answer == classes[1] {
			answer = 1
		}
		table[truth][answer]++
	}
	return fisher(table)
}

// fisher is the probability of a table with these sums of rows and columns and at least
// as many in its diagonal.
func fisher(table [2][2]int) float64 {
	row, column := table[0][0]+table[0][1], table[0][0]+table[1][0]
	others := table[1][0] + table[1][1]
	sum := 0.0
	for both := table[0][0]; both <= min(row, column); both++ {
		sum += math.Exp(choose(row, both) + choose(others, column-both) - choose(row+others, column))
	}
	return min(1, sum)
}

// choose is the logarithm of the number of ways to take k of n.
func choose(n, k int) float64 {
	factorial := func(n int) float64 {
		value, _ := math.Lgamma(float64(n + 1))
		return value
	}
	return factorial(n) - factorial(k) - factorial(n-k)
}
