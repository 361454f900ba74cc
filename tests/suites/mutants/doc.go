// Package mutants puts plausible slips into the source, one at a time, and sees that
// a test near the code notices each. What no test notices will one day be slipped in
// for real.
//
// Nothing is changed in the checkout: the go command takes the file with the slip in
// place of the one in the tree (go test -overlay). slips.yaml has the slips.
package mutants
