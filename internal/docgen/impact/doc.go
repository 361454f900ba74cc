// Package impact says what changing a key of a stack file does, from what was found out
// and not from memory: tests/suites/rehearsal has the real AWS provider plan every edit
// of its list over the state of a stack, compares what the program asks of Kubernetes,
// and keeps what it found, a file for each edit.
package impact
