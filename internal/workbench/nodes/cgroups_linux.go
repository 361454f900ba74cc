package nodes

import (
	"bufio"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const cgroupFolder = "/sys/fs/cgroup"

// cgroupHierarchies are the folders that control groups are made in: one with
// version 2, one for each controller with version 1.
func cgroupHierarchies() ([]string, error) {
	mounts, err := os.Open("/proc/self/mounts")
	if err != nil {
		return nil, fmt.Errorf("reading the mounts of this machine: %w", err)
	}
	defer mounts.Close()
	var found []string
	for scanner := bufio.NewScanner(mounts); scanner.Scan(); {
		fields := strings.Fields(scanner.Text())
		if len(fields) > 2 && (fields[2] == "cgroup" || fields[2] == "cgroup2") && strings.HasPrefix(fields[1], cgroupFolder) {
			found = append(found, fields[1])
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no control groups are mounted at %s", cgroupFolder)
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

// cgroupV2 says whether all controllers are in one hierarchy.
func cgroupV2() bool {
	_, err := os.Stat(filepath.Join(cgroupFolder, "cgroup.controllers"))
	return err == nil
}

// cgroupName is the control group of everything in a folder, the same at each start.
func cgroupName(folder string) string {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(folder)) // it never returns an error
	return fmt.Sprintf("mlops-%08x", hash.Sum32())
}

// makeCgroups makes a control group, "a/b" say, in every hierarchy.
func makeCgroups(name string) error {
	hierarchies, err := cgroupHierarchies()
	if err != nil {
		return err
	}
	for _, hierarchy := range hierarchies {
		parent := hierarchy
		for _, part := range strings.Split(name, "/") {
			if err := makeCgroup(parent, part); err != nil {
				return fmt.Errorf("making the control group %s: %w", name, err)
			}
			parent = filepath.Join(parent, part)
		}
	}
	return nil
}

func makeCgroup(parent, name string) error {
	if controllers, err := os.ReadFile(filepath.Join(parent, "cgroup.controllers")); err == nil {
		for _, controller := range strings.Fields(string(controllers)) {
			// One that cannot be had is missed by the kubelet, which says which.
			_ = os.WriteFile(filepath.Join(parent, "cgroup.subtree_control"), []byte("+"+controller), 0o644)
		}
	}
	folder := filepath.Join(parent, name)
	if err := os.Mkdir(folder, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	// With version 1 a new group has no processors and no memory until it is given some.
	for _, file := range []string{"cpuset.cpus", "cpuset.mems"} {
		value, err := os.ReadFile(filepath.Join(parent, file))
		if err != nil || cgroupV2() {
			continue
		}
		if err := os.WriteFile(filepath.Join(folder, file), value, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// removeCgroups ends what is left in a control group and removes it with all below.
func removeCgroups(name string) error {
	hierarchies, err := cgroupHierarchies()
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		var errs []error
		for _, hierarchy := range hierarchies {
			errs = append(errs, removeTree(filepath.Join(hierarchy, name)))
		}
		err := errors.Join(errs...)
		if err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

func removeTree(folder string) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.IsDir() {
			if err := removeTree(filepath.Join(folder, entry.Name())); err != nil {
				return err
			}
		}
	}
	killAll(folder)
	err = os.Remove(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func killAll(folder string) {
	processes, err := os.ReadFile(filepath.Join(folder, "cgroup.procs"))
	if err != nil {
		return
	}
	for _, text := range strings.Fields(string(processes)) {
		if pid, err := strconv.Atoi(text); err == nil && pid > 1 {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended
		}
	}
}
