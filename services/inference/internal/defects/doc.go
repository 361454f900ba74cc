// Package defects decides from the measurements of a part on a production line
// whether it is defective, with gradient-boosted decision trees over named
// numbers. The names are the columns of the table that a model learned from. A
// Trainer learns from a table and gives a Model, which never changes after that.
package defects
