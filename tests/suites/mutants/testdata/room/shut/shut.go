// Package shut has a test that fails.
package shut

// Open says whether the room is open.
func Open() bool { return false }
