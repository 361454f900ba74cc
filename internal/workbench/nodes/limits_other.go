//go:build !linux

package nodes

func lowersOOMScore() bool { return false }

func openFilesLimit() uint64 { return 1024 }
