// Package model says what the service asks of a kind of model: to read a table of
// examples, to learn from it, and to answer requests. The kinds themselves are
// packages of their own, and package kinds lists them.
package model
