// Package process runs programs and ties them to the command that starts them.
package process
