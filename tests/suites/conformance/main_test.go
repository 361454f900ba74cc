package conformance_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestMain(m *testing.M) {
	if job := filepath.SplitList(os.Getenv(killedVariable)); len(job) == 2 {
		if err := deployInProcess(job[0], job[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}
