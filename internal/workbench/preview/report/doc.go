// Package report renders the outcome of an embedded preview for a terminal and
// for a pull-request comment: plain text, no colours, the same on every machine.
package report
