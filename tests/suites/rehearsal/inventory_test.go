package rehearsal_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// inventory asks the emulator, service by service, what an account has.
func inventory(t *testing.T, region, account string) map[string][]string {
	t.Helper()
	var found map[string][]string
	require.NoError(t, json.Unmarshal(asked(t, http.NoBody, "inventory.py", emulator.Endpoint, region, account), &found))
	return found
}

// asked runs a script with nothing of the user's settings.
func asked(t *testing.T, stdin io.Reader, script string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program.Python, append([]string{script}, args...)...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull, "AWS_EC2_METADATA_DISABLED=true"}
	cmd.Stdin, cmd.Stderr = stdin, os.Stderr
	output, err := cmd.Output()
	require.NoError(t, err)
	return output
}
