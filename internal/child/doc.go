// Package child runs programs and ties them to the command that starts them.
package child
