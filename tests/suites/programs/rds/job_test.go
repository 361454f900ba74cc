package rds_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/tests/harness"
	"github.com/mlops-iac/mlops/tests/harness/stores"
)

// provision runs the two containers of a tenant's job one after the other.
func (d *database) provision(t *testing.T, tenant string, as identity, replaced ...string) (string, error) {
	t.Helper()
	home, err := os.MkdirTemp(d.folder, "job")
	require.NoError(t, err)
	d.writeCLI(t, home)
	job := d.record.One(t, stores.JobType, "account-"+tenant+"-job")
	before := job.Prop("spec.template.spec.initContainers").([]any)[0].(map[string]any)
	output := ""
	for _, container := range []map[string]any{before, harness.Container(t, job)} {
		command := container["command"].([]any)
		shell := exec.CommandContext(t.Context(), "/bin/sh", "-c", command[2].(string))
		shell.Dir = home
		shell.Env = variables(container)
		// libpq finds the server by the address, and checks it by the name.
		shell.Env = append(shell.Env, "HOME="+home, "PATH="+home+":"+d.binaries+":"+os.Getenv("PATH"), "PGHOSTADDR=127.0.0.1")
		if container["name"] != before["name"] {
			shell.Env = append(shell.Env, "PGPORT="+d.port)
		}
		shell.Env = append(append(shell.Env, as.environment()...), replaced...)
		text, err := shell.CombinedOutput()
		output += string(text)
		if err != nil {
			return output, fmt.Errorf("%v: %w", container["name"], err)
		}
	}
	return output, nil
}

// writeCLI puts a program before the real AWS CLI that sends it to the test's
// Secrets Manager; making tokens needs no server.
func (d *database) writeCLI(t *testing.T, folder string) {
	t.Helper()
	cli, err := exec.LookPath("aws")
	require.NoError(t, err)
	text := fmt.Sprintf("#!/bin/sh\n[ \"$1\" = secretsmanager ] && set -- \"$@\" --endpoint-url %s\nexec %s \"$@\"\n", d.secrets, cli)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "aws"), []byte(text), 0o755))
}

func variables(container map[string]any) []string {
	var list []string
	for _, item := range container["env"].([]any) {
		variable := item.(map[string]any)
		list = append(list, variable["name"].(string)+"="+variable["value"].(string))
	}
	return list
}
