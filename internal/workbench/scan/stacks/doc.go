// Package stacks scans stacks of the checkout as a user asks for it: it plans
// them with the embedded preview, writes what is to be scanned to a folder that
// ends with the command, and has package scan evaluate it.
package stacks
