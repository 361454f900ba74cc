package engine_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/mlops-iac/mlops/internal/workbench/engine/fakeprovider"
	"github.com/mlops-iac/mlops/internal/workbench/preview"
)

const (
	// awsPlugin is the name under which the engine looks for the plugin. Under it
	// the test binary is one.
	awsPlugin = "pulumi-resource-aws"
	// recordVariable names the file in which that plugin tells what it was asked.
	recordVariable = "MLOPS_TEST_PLUGIN_RECORD"
)

func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == awsPlugin {
		fmt.Fprintln(os.Stderr, servePlugin())
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// event is one thing the plugin tells.
type event struct {
	What string
	// Values are the settings of Configure, or the environment at the start.
	Values map[string]string
}

// awsFake speaks as pulumi-resource-aws does, as far as a preview hears it: older
// ones know no handshake, and a lookup would need an account.
type awsFake struct {
	*fakeprovider.Provider
}

// servePlugin runs until it is killed.
func servePlugin() error {
	cloud := map[string]string{}
	for _, entry := range os.Environ() {
		if name, value, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "AWS_") || name == "KUBECONFIG" {
			cloud[name] = value
		}
	}
	tell("start", cloud)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	pulumirpc.RegisterResourceProviderServer(server, awsFake{fakeprovider.New("aws", "6.99.0", nil)})
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	return server.Serve(listener)
}

// tell adds a line to the record, whole even when another one comes meanwhile.
func tell(what string, values map[string]string) {
	line, err := json.Marshal(event{what, values})
	file, openErr := os.OpenFile(os.Getenv(recordVariable), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err := errors.Join(err, openErr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer file.Close()
	_, _ = file.Write(append(line, '\n')) // a lost line fails the test
}

func (awsFake) Handshake(context.Context, *pulumirpc.ProviderHandshakeRequest) (*pulumirpc.ProviderHandshakeResponse, error) {
	return nil, status.Error(codes.Unimplemented, "no handshake")
}

func (f awsFake) Configure(ctx context.Context, req *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	settings, err := plugin.UnmarshalProperties(req.GetArgs(), plugin.MarshalOptions{KeepUnknowns: true})
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	for key, value := range settings.Mappable() {
		values[key] = fmt.Sprint(value)
	}
	tell("configure", values)
	return f.Provider.Configure(ctx, req)
}

func (f awsFake) Check(ctx context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	tell("check", nil)
	return f.Provider.Check(ctx, req)
}

func (awsFake) Invoke(_ context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	tell("lookup "+req.GetTok(), nil)
	return nil, status.Error(codes.Unauthenticated, "InvalidClientTokenId: the security token included in the request is invalid")
}

// TestThePluginIsUsedWhereItIsInstalled installs the fake plugin on PATH, as the
// real one may be, and looks at what reaches it.
func TestThePluginIsUsedWhereItIsInstalled(t *testing.T) {
	folder, record := t.TempDir(), filepath.Join(t.TempDir(), "record")
	self, err := os.Executable()
	require.NoError(t, err)
	require.NoError(t, os.Symlink(self, filepath.Join(folder, awsPlugin)))
	t.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv(recordVariable, record)
	t.Setenv("AWS_ACCESS_KEY_ID", "of-this-machine")
	t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "/of/this/machine")

	var out, progress bytes.Buffer
	err = preview.Run(context.Background(), preview.Options{Folder: checkout, Stack: "dev", Out: &out, Progress: &progress})
	require.NoError(t, err, out.String())
	assert.Regexp(t, `(?m)^  aws +real +plugin in `+folder+`, with dummy credentials; no lookup reaches it$`, out.String())
	known, err := os.ReadFile(filepath.Join("testdata", "resources", "dev.txt"))
	require.NoError(t, err)
	assert.Contains(t, out.String(),
		fmt.Sprintf("dev: %d resources planned, 0 guard violations, 0 errors", strings.Count(string(known), "\n")))
	assert.Contains(t, out.String(), partitionLookup, "it was asked for, and answered before the plugin")

	events := readEvents(t, record)
	assert.Greater(t, count(events, "check"), 100, "resources are planned by the plugin")
	for _, e := range events {
		assert.NotContains(t, e.What, "lookup")
	}
	started := only(t, events, "start")
	assert.Equal(t, "embedded-preview", started["AWS_ACCESS_KEY_ID"])
	assert.NotContains(t, started, "AWS_WEB_IDENTITY_TOKEN_FILE")
	assert.Equal(t, os.DevNull, started["KUBECONFIG"])
	configured := only(t, events, "configure")
	for key, want := range map[string]string{
		"accessKey": "embedded-preview", "secretKey": "embedded-preview", "region": "eu-west-1",
		"skipCredentialsValidation": "true", "skipMetadataApiCheck": "true",
		"skipRegionValidation": "true", "skipRequestingAccountId": "true",
	} {
		assert.Equal(t, want, configured[key], key)
	}
}

func readEvents(t *testing.T, path string) []event {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	var events []event
	for line := range strings.Lines(string(data)) {
		var e event
		require.NoError(t, json.Unmarshal([]byte(line), &e), line)
		events = append(events, e)
	}
	return events
}

func count(events []event, what string) int {
	number := 0
	for _, e := range events {
		if e.What == what {
			number++
		}
	}
	return number
}

// only returns the values of an event that must have been exactly once.
func only(t *testing.T, events []event, what string) map[string]string {
	t.Helper()
	require.Equal(t, 1, count(events, what), what)
	return events[slices.IndexFunc(events, func(e event) bool { return e.What == what })].Values
}
