package nodes

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Kernels before this lack what is used of namespaces, bridges and file systems.
const leastMajor, leastMinor = 5, 4

func checkSystem(folder string) error {
	if os.Geteuid() != 0 {
		return errors.New("real nodes need root, for namespaces and control groups")
	}
	if err := checkKernel(); err != nil {
		return err
	}
	if err := checkCgroups(); err != nil {
		return err
	}
	return checkDisk(folder)
}

func checkKernel() error {
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		return fmt.Errorf("asking for the version of the kernel: %w", err)
	}
	return kernelAtLeast(unix.ByteSliceToString(name.Release[:]))
}

func kernelAtLeast(release string) error {
	var major, minor int
	if _, err := fmt.Sscanf(release, "%d.%d", &major, &minor); err != nil {
		return fmt.Errorf("the kernel calls its version %q, which nobody can compare with %d.%d", release, leastMajor, leastMinor)
	}
	if major < leastMajor || major == leastMajor && minor < leastMinor {
		return fmt.Errorf("the kernel is %s and real nodes need %d.%d or newer", release, leastMajor, leastMinor)
	}
	return nil
}

// checkCgroups makes a control group in every hierarchy and removes it again.
func checkCgroups() error {
	hierarchies, err := cgroupHierarchies()
	if err != nil {
		return err
	}
	for _, hierarchy := range hierarchies {
		trial := filepath.Join(hierarchy, fmt.Sprintf("mlops-check-%d", os.Getpid()))
		if err := os.Mkdir(trial, 0o755); err != nil {
			return fmt.Errorf("control groups cannot be made here: %w", err)
		}
		if err := os.Remove(trial); err != nil {
			return fmt.Errorf("control groups cannot be removed here: %w", err)
		}
	}
	return nil
}

func checkDisk(folder string) error {
	existing := folder
	for {
		if _, err := os.Stat(existing); err == nil || existing == filepath.Dir(existing) {
			break
		}
		existing = filepath.Dir(existing)
	}
	var stat unix.Statfs_t
	if err := unix.Statfs(existing, &stat); err != nil {
		return fmt.Errorf("asking how much of the disk of %s is free: %w", existing, err)
	}
	free := stat.Bavail * uint64(stat.Bsize) >> 30 // Bsize is never negative
	if free < needGiB {
		return fmt.Errorf("%s has %d GiB free and real nodes need %d GiB: free some space or choose another folder with --folder", existing, free, needGiB)
	}
	return nil
}
