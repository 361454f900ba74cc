// Package child ties the processes a command starts to the command itself.
package child
