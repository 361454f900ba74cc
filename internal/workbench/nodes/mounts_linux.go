package nodes

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// privateFolders are where containerd, the kubelet and the CNI plugins write whatever
// they are told. Inside, each is a folder below the state, but for /run.
func privateFolders() []string {
	return []string{runFolder, "/tmp", "/var/lib", "/var/log", "/var/tmp"}
}

// runFolder is in memory, as programs expect it: sockets and mounts are there.
const runFolder = "/run"

// kernelSettings are what the kubelet sets for the whole machine when it finds
// another value. It is shown these instead.
func kernelSettings() map[string]string {
	return map[string]string{
		"vm/overcommit_memory": "1", "vm/panic_on_oom": "0", "kernel/panic": "10", "kernel/panic_on_oops": "1",
		"kernel/keys/root_maxkeys": "1000000", "kernel/keys/root_maxbytes": "25000000",
	}
}

// prepareMounts hides the folders that are written to behind empty ones, but for
// what is kept, and shows the processes of the sandbox in /proc.
func prepareMounts(keep []string) error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("keeping mounts private: %w", err)
	}
	kept, err := open(keep)
	if err != nil {
		return err
	}
	for _, folder := range privateFolders() {
		if err := hide(folder, filepath.Join(fdPath(kept[0]), "machine", folder)); err != nil {
			return fmt.Errorf("mounting %s: %w", folder, err)
		}
	}
	for i, folder := range keep {
		if err := restore(folder, kept[i]); err != nil {
			return err
		}
		_ = kept[i].Close() // it was only read
	}
	if err := unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("mounting /proc: %w", err)
	}
	if err := forgetNameServers(); err != nil {
		return err
	}
	return showSettings("/run/mlops-sysctl")
}

// forgetNameServers hides the machine's, which cannot be reached from inside: whoever
// asks for a name of the world is refused at once, and need not wait.
func forgetNameServers() error {
	const shown, file = "/run/mlops-resolv.conf", "/etc/resolv.conf"
	if _, err := os.Stat(file); err != nil {
		return nil //nolint:nilerr // it was in /run, or there is none
	}
	if err := os.WriteFile(shown, nil, 0o644); err != nil {
		return err
	}
	if err := unix.Mount(shown, file, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("hiding %s: %w", file, err)
	}
	return nil
}

// hide mounts an empty folder.
func hide(folder, empty string) error {
	if folder == runFolder {
		return unix.Mount("tmpfs", folder, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=755")
	}
	if err := os.MkdirAll(empty, 0o755); err != nil {
		return err
	}
	if err := unix.Mount(empty, folder, "", unix.MS_BIND, ""); err != nil {
		return err
	}
	if folder == "/var/lib" || folder == "/var/log" {
		return nil
	}
	return os.Chmod(folder, 0o777|os.ModeSticky)
}

// fdPath leads to an open folder, whatever is mounted over its path.
func fdPath(file *os.File) string { return fmt.Sprintf("/proc/self/fd/%d", file.Fd()) }

func open(folders []string) ([]*os.File, error) {
	var files []*os.File
	for _, folder := range folders {
		file, err := os.Open(folder)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

// restore brings a folder back that an empty one may hide now.
func restore(folder string, file *os.File) error {
	hidden := false
	for _, private := range privateFolders() {
		hidden = hidden || strings.HasPrefix(folder+"/", private+"/")
	}
	if !hidden {
		return nil
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := unix.Mount(fdPath(file), folder, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("keeping %s: %w", folder, err)
	}
	return nil
}

func showSettings(folder string) error {
	for name, value := range kernelSettings() {
		shown, setting := filepath.Join(folder, name), filepath.Join("/proc/sys", name)
		if _, err := os.Stat(setting); err != nil {
			continue // a kernel without it
		}
		if err := os.MkdirAll(filepath.Dir(shown), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(shown, []byte(value+"\n"), 0o644); err != nil {
			return err
		}
		if err := unix.Mount(shown, setting, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("showing %s: %w", setting, err)
		}
	}
	return nil
}
