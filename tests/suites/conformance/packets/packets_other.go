//go:build !linux

package packets

import (
	"context"
	"errors"

	"github.com/mlops-iac/mlops/tests/suites/conformance/reach"
)

var errLinux = errors.New("network namespaces are Linux only")

// Unavailable says why packets cannot be sent here.
func Unavailable() error { return errLinux }

// Send cannot be done here.
func Send(context.Context, Options) (reach.Matrix, error) { return nil, errLinux }
