// Package teardown takes a deployed stack down: it asks once, lifts what protects the
// stack, in the order that AWS and Pulumi need, destroys it, and says what stays and
// how it ends.
package teardown
