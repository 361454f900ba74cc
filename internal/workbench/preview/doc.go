// Package preview is the embedded preview as a user meets it: it reads a stack
// of the checkout, refuses bad input before anything starts, plans the platform
// with the real engine (package engine) and writes the report.
package preview
