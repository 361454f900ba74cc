package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
)

// inside prints how the kernel sees this process, and where it may write.
func inside() {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		fmt.Println(err)
		return
	}
	for line := range strings.Lines(string(status)) {
		fields := strings.Fields(line)
		if slices.Contains([]string{"Uid:", "Gid:", "CapEff:", "CapBnd:", "NoNewPrivs:", "Seccomp:"}, fields[0]) {
			fmt.Println(strings.Join(fields, " "))
		}
	}
	for _, folder := range []string{"/", "/tmp/"} {
		fmt.Println("write to "+folder+":", written(folder+"e2e-probe"))
	}
}

func written(file string) string {
	err := os.WriteFile(file, nil, 0o600)
	var number syscall.Errno
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &number):
		return number.Error()
	default:
		return err.Error()
	}
}
