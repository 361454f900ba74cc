package kubeprovider_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/mlops-iac/mlops/internal/kubeprovider"
)

// pluginVariable makes the test binary behave as a provider plugin.
const pluginVariable = "MLOPS_TEST_PLUGIN"

const release = "urn:pulumi:test::mlops::kubernetes:helm.sh/v3:Release::prometheus"

func TestMain(m *testing.M) {
	switch os.Getenv(pluginVariable) {
	case "serve":
		server, err := kubeprovider.Serve("4.99.0")
		if err != nil {
			os.Exit(1)
		}
		fmt.Println(server.Port())
		fmt.Println("more output than the port")
		select {}
	case "chatter":
		fmt.Println("no port here")
	case "die":
	default:
		os.Exit(m.Run())
	}
}

func plugin(t *testing.T, mode string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), pluginVariable+"="+mode)
	return cmd
}

func dial(t *testing.T, server *kubeprovider.Server) pulumirpc.ResourceProviderClient {
	t.Helper()
	conn, err := grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", server.Port()), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return pulumirpc.NewResourceProviderClient(conn)
}

func serve(t *testing.T) (*kubeprovider.Server, pulumirpc.ResourceProviderClient) {
	t.Helper()
	server, err := kubeprovider.Serve("4.34.2")
	require.NoError(t, err)
	t.Cleanup(server.Close)
	return server, dial(t, server)
}

func encode(t *testing.T, values map[string]any) *structpb.Struct {
	t.Helper()
	encoded, err := structpb.NewStruct(values)
	require.NoError(t, err)
	return encoded
}

func TestRefusesWhatItDoesNotCover(t *testing.T) {
	t.Parallel()
	_, client := serve(t)
	for _, token := range []string{
		"kubernetes:core/v1:ConfigMapList", "kubernetes:apps/v1:DeploymentPatch", "kubernetes:yaml:ConfigFile",
		"kubernetes:yaml/v2:ConfigGroup", "kubernetes:kustomize:Directory", "kubernetes:helm.sh/v3:Chart",
		"kubernetes:helm.sh/v4:Chart", "kubernetes:example.com/v1:ThingPatch", "aws:s3/bucket:Bucket",
	} {
		_, err := client.Check(t.Context(), &pulumirpc.CheckRequest{Urn: "urn:pulumi:test::mlops::" + token + "::x"})
		assert.Equal(t, codes.Unimplemented, status.Code(err), token)
		assert.ErrorContains(t, err, token)
	}
	_, err := client.Invoke(t.Context(), &pulumirpc.InvokeRequest{Tok: "kubernetes:yaml:decode"})
	assert.Equal(t, codes.Unimplemented, status.Code(err))
	assert.ErrorContains(t, err, "kubernetes:yaml:decode")

	_, err = client.Check(t.Context(), &pulumirpc.CheckRequest{Urn: "urn:pulumi:test::mlops::kubernetes:core/v1:ConfigMap::x"})
	assert.Equal(t, codes.FailedPrecondition, status.Code(err), "nothing is answered before there is a cluster")
}

func TestSettingsThatAreNotCovered(t *testing.T) {
	t.Parallel()
	_, client := serve(t)
	kubeconfig := filepath.Join(t.TempDir(), "config")
	content := `{"apiVersion":"v1","kind":"Config","clusters":[{"name":"c","cluster":{"server":"https://127.0.0.1:1"}}],
		"contexts":[{"name":"here","context":{"cluster":"c","user":"u"}}],"users":[{"name":"u","user":{"token":"topsecret"}}],"current-context":"here"}`
	require.NoError(t, os.WriteFile(kubeconfig, []byte(content), 0o600))
	for name, c := range map[string]struct {
		settings map[string]any
		property string
		reason   string
	}{
		"path":                  {map[string]any{"kubeconfig": kubeconfig, "enableServerSideApply": "true"}, "", ""},
		"content":               {map[string]any{"kubeconfig": content, "context": "here", "namespace": "ml"}, "", ""},
		"client settings":       {map[string]any{"kubeconfig": content, "kubeClientSettings": `{"qps":5,"burst":10}`}, "", ""},
		"unknown kubeconfig":    {map[string]any{"kubeconfig": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}, "", ""},
		"no such file":          {map[string]any{"kubeconfig": "/no/such/file"}, "kubeconfig", "/no/such/file"},
		"no such context":       {map[string]any{"kubeconfig": kubeconfig, "context": "there"}, "kubeconfig", `context "there" does not exist`},
		"neither":               {map[string]any{"kubeconfig": "a: b: c\ntoken: topsecret"}, "kubeconfig", "neither the path of a file nor the content of one"},
		"client side apply":     {map[string]any{"kubeconfig": content, "enableServerSideApply": "false"}, "enableServerSideApply", "must be true"},
		"files":                 {map[string]any{"kubeconfig": content, "renderYamlToDirectory": "out"}, "renderYamlToDirectory", "does not cover this setting"},
		"skipped":               {map[string]any{"kubeconfig": content, "skipUpdateUnreachable": "true"}, "skipUpdateUnreachable", "must be false"},
		"odd client settings":   {map[string]any{"kubeconfig": content, "kubeClientSettings": "fast"}, "kubeconfig", "kubeClientSettings: must be an object"},
		"setting of the future": {map[string]any{"kubeconfig": content, "someday": "true"}, "someday", "does not cover this setting"},
	} {
		t.Run(name, func(t *testing.T) {
			checked, err := client.CheckConfig(t.Context(), &pulumirpc.CheckRequest{News: encode(t, c.settings)})
			require.NoError(t, err)
			if c.property == "" {
				assert.Empty(t, checked.GetFailures())
				return
			}
			require.Len(t, checked.GetFailures(), 1)
			assert.Equal(t, c.property, checked.GetFailures()[0].GetProperty())
			assert.Contains(t, checked.GetFailures()[0].GetReason(), c.reason)
			assert.NotContains(t, checked.GetFailures()[0].GetReason(), "topsecret")
			_, err = client.Configure(t.Context(), &pulumirpc.ConfigureRequest{Args: encode(t, c.settings)})
			assert.Equal(t, codes.InvalidArgument, status.Code(err))
		})
	}
}

func TestOnlyAnotherClusterReplacesTheProvider(t *testing.T) {
	t.Parallel()
	_, client := serve(t)
	old := map[string]any{"kubeconfig": "a", "clusterIdentifier": "one"}
	for name, c := range map[string]struct {
		news     map[string]any
		changes  pulumirpc.DiffResponse_DiffChanges
		replaces []string
	}{
		"nothing":         {old, pulumirpc.DiffResponse_DIFF_NONE, nil},
		"kubeconfig":      {map[string]any{"kubeconfig": "b", "clusterIdentifier": "one"}, pulumirpc.DiffResponse_DIFF_SOME, nil},
		"another cluster": {map[string]any{"kubeconfig": "a", "clusterIdentifier": "two"}, pulumirpc.DiffResponse_DIFF_SOME, []string{"clusterIdentifier"}},
	} {
		diff, err := client.DiffConfig(t.Context(), &pulumirpc.DiffRequest{OldInputs: encode(t, old), News: encode(t, c.news)})
		require.NoError(t, err, name)
		assert.Equal(t, c.changes, diff.GetChanges(), name)
		assert.Equal(t, c.replaces, diff.GetReplaces(), name)
	}
}

func TestReleasesAreRecordedAsPlanned(t *testing.T) {
	t.Parallel()
	t.Run("thin provider", func(t *testing.T) {
		t.Parallel()
		server, client := serve(t)
		recordsReleases(t, server, client)
	})
	t.Run("front", func(t *testing.T) {
		t.Parallel()
		server, err := kubeprovider.Front(t.Context(), plugin(t, "serve"))
		require.NoError(t, err)
		t.Cleanup(server.Close)
		recordsReleases(t, server, dial(t, server))
	})
}

func recordsReleases(t *testing.T, server *kubeprovider.Server, client pulumirpc.ResourceProviderClient) {
	t.Helper()
	ctx := t.Context()
	inputs := map[string]any{"name": "prometheus", "namespace": "monitoring", "chart": "kube-prometheus-stack", "version": "79.5.0", "values": map[string]any{"a": "b"}}
	checked, err := client.Check(ctx, &pulumirpc.CheckRequest{Urn: release, News: encode(t, inputs)})
	require.NoError(t, err)
	assert.Empty(t, checked.GetFailures())
	want := []kubeprovider.Release{{Name: "prometheus", Namespace: "monitoring", Chart: "kube-prometheus-stack", Version: "79.5.0"}}
	assert.Equal(t, want, server.Releases())

	created, err := client.Create(ctx, &pulumirpc.CreateRequest{Urn: release, Properties: checked.GetInputs()})
	require.NoError(t, err)
	assert.Equal(t, "monitoring/prometheus", created.GetId())
	assert.Equal(t, "planned", created.GetProperties().AsMap()["status"].(map[string]any)["status"])
	assert.Equal(t, map[string]any{"a": "b"}, created.GetProperties().AsMap()["values"])

	same, err := client.Diff(ctx, &pulumirpc.DiffRequest{Urn: release, OldInputs: checked.GetInputs(), News: checked.GetInputs()})
	require.NoError(t, err)
	assert.Equal(t, pulumirpc.DiffResponse_DIFF_NONE, same.GetChanges())

	inputs["version"], inputs["values"] = "80.0.0", map[string]any{"a": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}
	bumped, err := client.Diff(ctx, &pulumirpc.DiffRequest{Urn: release, OldInputs: checked.GetInputs(), News: encode(t, inputs)})
	require.NoError(t, err)
	assert.Len(t, bumped.GetDetailedDiff(), 2)
	assert.Equal(t, pulumirpc.PropertyDiff_UPDATE, bumped.GetDetailedDiff()["version"].GetKind())
	assert.Equal(t, pulumirpc.PropertyDiff_UPDATE, bumped.GetDetailedDiff()["values.a"].GetKind())

	inputs["name"], inputs["values"] = "other", map[string]any{"a": "b"}
	renamed, err := client.Diff(ctx, &pulumirpc.DiffRequest{Urn: release, OldInputs: checked.GetInputs(), News: encode(t, inputs)})
	require.NoError(t, err)
	assert.Equal(t, []string{"name"}, renamed.GetReplaces())

	read, err := client.Read(ctx, &pulumirpc.ReadRequest{Urn: release, Id: created.GetId(), Properties: created.GetProperties(), Inputs: checked.GetInputs()})
	require.NoError(t, err)
	assert.Equal(t, created.GetId(), read.GetId(), "a refresh keeps what is planned")

	_, err = client.Update(ctx, &pulumirpc.UpdateRequest{Urn: release, Id: created.GetId(), News: encode(t, inputs)})
	require.NoError(t, err)
	assert.Equal(t, "80.0.0", server.Releases()[0].Version)
	_, err = client.Delete(ctx, &pulumirpc.DeleteRequest{Urn: release, Id: created.GetId()})
	require.NoError(t, err)
	assert.Len(t, server.Releases(), 1, "the replacement stays when the old one goes")
	_, err = client.Delete(ctx, &pulumirpc.DeleteRequest{Urn: release, Id: "monitoring/other"})
	require.NoError(t, err)
	assert.Empty(t, server.Releases())
}

func TestReleaseIsNamedAndNeedsAChart(t *testing.T) {
	t.Parallel()
	_, client := serve(t)
	checked, err := client.Check(t.Context(), &pulumirpc.CheckRequest{Urn: release, News: encode(t, map[string]any{"chart": "c"})})
	require.NoError(t, err)
	values := checked.GetInputs().AsMap()
	assert.Regexp(t, `^prometheus-[0-9a-f]{8}$`, values["name"])
	assert.Equal(t, "default", values["namespace"])
	again, err := client.Check(t.Context(), &pulumirpc.CheckRequest{Urn: release, Olds: checked.GetInputs(), News: encode(t, map[string]any{})})
	require.NoError(t, err)
	assert.Equal(t, values["name"], again.GetInputs().AsMap()["name"])
	require.Len(t, again.GetFailures(), 1)
	assert.Equal(t, "chart", again.GetFailures()[0].GetProperty())
}

func TestFrontHandsEverythingElseOn(t *testing.T) {
	t.Parallel()
	cmd := plugin(t, "serve")
	server, err := kubeprovider.Front(t.Context(), cmd)
	require.NoError(t, err)
	client := dial(t, server)
	info, err := client.GetPluginInfo(t.Context(), &emptypb.Empty{})
	require.NoError(t, err)
	assert.Equal(t, "4.99.0", info.GetVersion(), "the plugin behind answers")
	_, err = client.Check(t.Context(), &pulumirpc.CheckRequest{Urn: "urn:pulumi:test::mlops::kubernetes:helm.sh/v4:Chart::x"})
	assert.Equal(t, codes.Unimplemented, status.Code(err))
	assert.ErrorContains(t, err, "helm.sh/v4:Chart")
	_, err = client.Attach(t.Context(), &pulumirpc.PluginAttach{Address: "127.0.0.1:1"})
	require.NoError(t, err)
	server.Close()
	require.NotNil(t, cmd.ProcessState, "Close ends the plugin")
}

func TestFrontSaysWhyThePluginDidNotStart(t *testing.T) {
	t.Parallel()
	_, err := kubeprovider.Front(t.Context(), exec.Command("/no/such/plugin"))
	require.ErrorContains(t, err, "/no/such/plugin")
	_, err = kubeprovider.Front(t.Context(), plugin(t, "chatter"))
	require.ErrorContains(t, err, `it printed "no port here" in place of a port`)
	_, err = kubeprovider.Front(t.Context(), plugin(t, "die"))
	require.ErrorContains(t, err, "in place of a port")
	late, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, err = kubeprovider.Front(late, exec.Command("sleep", "60"))
	require.ErrorIs(t, err, context.DeadlineExceeded)
}
