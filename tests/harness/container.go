package harness

import (
	"encoding/base64"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const secretType = "kubernetes:core/v1:Secret"

// SecretData returns the decoded data of the recorded Kubernetes Secret with
// this metadata.name.
func (r *Recorder) SecretData(t *testing.T, name string) map[string]string {
	t.Helper()
	for _, secret := range r.OfType(secretType) {
		if secret.Prop("metadata.name") != name {
			continue
		}
		encoded, ok := secret.Prop("data").(map[string]any)
		require.True(t, ok, "data of secret %s", name)
		data := make(map[string]string, len(encoded))
		for key, value := range encoded {
			text, ok := value.(string)
			require.True(t, ok, "%s of secret %s", key, name)
			plain, err := base64.StdEncoding.DecodeString(text)
			require.NoError(t, err)
			data[key] = string(plain)
		}
		return data
	}
	require.Fail(t, "no secret", name)
	return nil
}

// Container returns the first container of a recorded workload.
func Container(t *testing.T, workload Resource) map[string]any {
	t.Helper()
	list, ok := workload.Prop("spec.template.spec.containers").([]any)
	require.True(t, ok && len(list) == 1, "containers of %s", workload.Name)
	container, ok := list[0].(map[string]any)
	require.True(t, ok)
	return container
}

// Script returns the script that the container of a recorded job gives to the shell.
func Script(t *testing.T, job Resource) string {
	t.Helper()
	command, _ := Container(t, job)["command"].([]any)
	require.Len(t, command, 3, "command of %s", job.Name)
	require.Equal(t, []any{"/bin/sh", "-c"}, command[:2], "command of %s", job.Name)
	script, _ := command[2].(string)
	return script
}

// Environment returns the environment of the only container of a recorded
// workload as the kubelet would make it, with some variables replaced.
func (r *Recorder) Environment(t *testing.T, workload Resource, replaced map[string]string) []string {
	t.Helper()
	values := map[string]string{}
	list, _ := Container(t, workload)["env"].([]any)
	for _, item := range list {
		variable, ok := item.(map[string]any)
		require.True(t, ok)
		name, ok := variable["name"].(string)
		require.True(t, ok)
		if text, plain := variable["value"].(string); plain {
			values[name] = text
			continue
		}
		source, ok := variable["valueFrom"].(map[string]any)
		require.True(t, ok, "%s has no value", name)
		reference, ok := source["secretKeyRef"].(map[string]any)
		require.True(t, ok, "%s comes from no secret", name)
		secret, _ := reference["name"].(string)
		key, _ := reference["key"].(string)
		value, there := r.SecretData(t, secret)[key]
		require.True(t, there, "secret %s has no %s", secret, key)
		values[name] = value
	}
	maps.Copy(values, replaced)
	environment := make([]string, 0, len(values))
	for name, value := range values {
		environment = append(environment, name+"="+value)
	}
	return environment
}

// WriteSecretVolume writes the files of one secret volume of a recorded workload
// into folder.
func (r *Recorder) WriteSecretVolume(t *testing.T, workload Resource, volume, folder string) {
	t.Helper()
	list, _ := workload.Prop("spec.template.spec.volumes").([]any)
	for _, item := range list {
		candidate, ok := item.(map[string]any)
		require.True(t, ok)
		source, isSecret := candidate["secret"].(map[string]any)
		if candidate["name"] != volume || !isSecret {
			continue
		}
		name, _ := source["secretName"].(string)
		data := r.SecretData(t, name)
		paths, _ := source["items"].([]any)
		require.NotEmpty(t, paths, "items of volume %s", volume)
		for _, entry := range paths {
			fields, ok := entry.(map[string]any)
			require.True(t, ok)
			key, _ := fields["key"].(string)
			path, _ := fields["path"].(string)
			require.Contains(t, data, key)
			target := filepath.Join(folder, path)
			require.NoError(t, os.MkdirAll(filepath.Dir(target), 0o755))
			require.NoError(t, os.WriteFile(target, []byte(data[key]), 0o600))
		}
		return
	}
	require.Fail(t, "no secret volume", volume)
}
