package nodes

import (
	"math"

	"golang.org/x/sys/unix"
)

// capSysResource is the number of CAP_SYS_RESOURCE.
const capSysResource = 24

// lowersOOMScore says whether this process may ask the kernel to spare another one.
func lowersOOMScore() bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	return unix.Capget(&header, &data[0]) == nil && data[0].Effective&(1<<capSysResource) != 0
}

// openFilesLimit is how many files the kubelet may open: it cannot raise the limit
// that it is started with everywhere.
func openFilesLimit() uint64 {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return 1024
	}
	return min(limit.Max, math.MaxInt32)
}
