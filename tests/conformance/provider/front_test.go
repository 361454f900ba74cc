package provider_test

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/kubeprovider"
)

func TestFrontDeploysThroughThePluginBehind(t *testing.T) {
	t.Parallel()
	plugin := exec.Command(os.Args[0])
	plugin.Env = append(os.Environ(), pluginVariable+"=serve")
	server, err := kubeprovider.Front(t.Context(), plugin)
	require.NoError(t, err)
	e := attach(t, server)
	ns := e.namespace(nil)

	inputs := object{"metadata": object{"namespace": ns, "name": "settings"}, "data": object{"a": "1"}}
	made := e.create(configMap, "settings", inputs)
	require.NotNil(t, e.live(configMaps, ns, "settings"))
	next := with(inputs, "data.a", "2")
	changes, _ := e.diff(made, next)
	assert.Equal(t, map[string]string{"data.a": "UPDATE"}, changes)
	made = e.update(made, next)
	assert.Equal(t, made.id, e.read(made).GetId())

	release := e.create("kubernetes:helm.sh/v3:Release", "monitoring", object{"name": "monitoring", "namespace": ns, "chart": "prometheus"})
	assert.Equal(t, []kubeprovider.Release{{Name: "monitoring", Namespace: ns, Chart: "prometheus"}}, server.Releases())
	require.NoError(t, e.delete(release, 60))
	assert.Empty(t, server.Releases())

	_, err = e.tryCreate(deployment, "app", with(deploymentOf(ns), "spec.template.spec.nodeSelector", object{"kubernetes.io/hostname": "nowhere"}), 1)
	assert.Equal(t, ns+"/app", initFailure(t, err).GetId(), "details of errors come through")
	require.NoError(t, e.delete(made, 60))
	assert.Nil(t, e.live(configMaps, ns, "settings"))
}
