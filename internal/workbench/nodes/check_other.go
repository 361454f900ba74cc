//go:build !linux

package nodes

import "errors"

func checkSystem(string) error { return errors.New("real nodes need Linux") }
