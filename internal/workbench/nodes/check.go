package nodes

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
)

// programs are what the distribution brings, and Debian's package of each.
func programs() [][2]string {
	return [][2]string{
		{"containerd", "containerd"},
		{"ctr", "containerd"},
		{"runc", "runc"},
		{"iptables", "iptables"},
		{"iptables-save", "iptables"},
		{"ipset", "ipset"},
		{"conntrack", "conntrack"},
		{"ip", "iproute2"},
		{"mount", "mount"},
		{"apt-get", "apt"},
		{"dpkg-deb", "dpkg"},
	}
}

// pluginFolders are where distributions put the CNI plugins.
func pluginFolders() []string { return []string{"/usr/lib/cni", "/opt/cni/bin", "/usr/libexec/cni"} }

// needGiB is the disk that images, their unpacked files and volumes take.
const needGiB = 6

// longestFolder is the longest path of the folder: sockets below it have paths of at
// most 107 bytes.
const longestFolder = 70

// Check says in one sentence why nodes cannot run here with their state in a folder;
// nil when they can. It changes nothing.
func Check(folder string) error {
	if runtime.GOOS != "linux" {
		return errors.New("real nodes need Linux")
	}
	if len(folder) > longestFolder {
		return fmt.Errorf("the path of the folder has %d bytes and sockets below it can have only %d: choose a shorter one with --folder",
			len(folder), longestFolder)
	}
	if err := checkSystem(folder); err != nil {
		return err
	}
	for _, program := range programs() {
		if _, err := exec.LookPath(program[0]); err != nil {
			return fmt.Errorf("%s is missing: apt-get install %s", program[0], program[1])
		}
	}
	_, err := pluginFolder()
	return err
}

func pluginFolder() (string, error) {
	for _, folder := range pluginFolders() {
		found, err := filepath.Glob(filepath.Join(folder, "ptp"))
		if err == nil && len(found) > 0 {
			return folder, nil
		}
	}
	return "", errors.New("the CNI plugins are missing: apt-get install containernetworking-plugins")
}
