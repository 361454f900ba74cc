//go:build !unix

package local

import (
	"errors"
	"os"
)

// flock refuses: a control plane of processes is for Unix systems.
func flock(*os.File) error { return errors.New("an embedded control plane needs Linux or macOS") }
