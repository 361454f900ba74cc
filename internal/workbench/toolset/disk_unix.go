//go:build unix

package toolset

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// requireSpace fails with advice when the cache's disk has less than needGiB free.
func (s *Set) requireSpace(needGiB uint64) error {
	var stat unix.Statfs_t
	if err := unix.Statfs(s.Cache, &stat); err != nil {
		return nil //nolint:nilerr // a file system that cannot tell must not stop the build
	}
	free := stat.Bavail * uint64(stat.Bsize) >> 30 // Bsize differs between systems and is never negative
	if free < needGiB {
		return fmt.Errorf("%s has %d GiB free and building the tools needs %d GiB: free some space or set %s to a folder on a larger disk",
			s.Cache, free, needGiB, CacheVariable)
	}
	return nil
}
