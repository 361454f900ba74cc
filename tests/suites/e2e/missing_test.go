package e2e_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMissing has a third tenant whose image nobody has put on the nodes: `up` ends and
// says so. Then one whose model nobody has trained: `up` says what it waits for. With
// TestBreakages it is left out of `make e2e`.
//
// Proves S4 by real pods on real nodes: a missing image ends up within a minute, and a
// missing model is named.
func TestMissing(t *testing.T) {
	folder := newFolder(t)
	noImage := strings.Replace(thirdDefinition, "tag: 1.0.0", "tag: 9.9.9", 1)
	noModel := strings.Replace(thirdDefinition, "kind: defects", "kind: defects, seed: false", 1)
	withoutImage, withoutModel := buildWithThird(t, noImage), buildWithThird(t, noModel)
	t.Cleanup(func() {
		if _, err := os.Stat(folder); err == nil {
			succeed(t, "down", folder)
		}
	})
	timed(t, "image", func(t *testing.T) {
		cmd, shown := startWith(t, <-withoutImage, "up", folder, "--nodes", "real")
		require.EqualError(t, cmd.Wait(), "exit status 1", shown.String())
		assert.Regexp(t, `mlops: deployment tenant-c/inference: pod inference-\w+-\w+, container inference, image mlops.local/inference:9\.9\.9: `+
			`(ErrImagePull|ImagePullBackOff): .*: its image is not there\n$`, shown.String())
		assert.Regexp(t, `tenant-a +2 of 2 ready`, succeed(t, "status", folder), "the others run")
	})
	timed(t, "model", func(t *testing.T) {
		cmd, shown := startWith(t, <-withoutModel, "up", folder)
		eventually(t, alertLimit, func() error {
			if strings.Contains(shown.String(), "waits for long: deployment tenant-c/inference: ") {
				return nil
			}
			return fmt.Errorf("nobody said what up waits for:\n%s", shown)
		})
		assert.Regexp(t, `^pod inference-\w+-\w+, container inference: runs and is not ready; its last line: \{.*"msg":"the model could not be loaded",`+
			`"service":"inference","tenant":"tenant-c","error":"s3://models/tenants/tenant-c/scores/manifest.json: not found",.*\}$`,
			printed(t, shown.String(), "waits for long: deployment tenant-c/inference: "))
		require.NoError(t, cmd.Process.Signal(os.Interrupt))
		require.EqualError(t, cmd.Wait(), "exit status 130", shown.String())
	})
}
