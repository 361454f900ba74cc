// Package harness puts the Kubernetes objects that the program registers for a stack
// onto a real control plane, with nodes like those of the stack.
package harness
