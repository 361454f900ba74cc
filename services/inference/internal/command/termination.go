package command

import (
	"os"
	"strings"
)

const (
	// terminationVariable names the file in which Kubernetes looks for the reason
	// why a container ended, where it is not terminationFile.
	terminationVariable = "TERMINATION_LOG"
	terminationFile     = "/dev/termination-log"
	// maxTermination is what Kubernetes reads of it, in bytes.
	maxTermination = 4096
)

// writeTermination leaves a reason where Kubernetes shows it in the status of the
// pod, or takes it back with nil. Outside of a pod the file does not exist, and
// then there is nobody to read it.
func writeTermination(reason error) {
	path := os.Getenv(terminationVariable)
	if path == "" {
		path = terminationFile
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return
	}
	defer file.Close()
	if reason == nil {
		return
	}
	text := reason.Error()
	_, _ = file.WriteString(strings.ToValidUTF8(text[:min(len(text), maxTermination)], ""))
}
