package fakeprovider_test

import (
	"context"
	"fmt"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/mlops-iac/mlops/internal/workbench/engine/fakeprovider"
)

const partition = "aws:index/getPartition:getPartition"

func lookups() []fakeprovider.Lookup {
	return []fakeprovider.Lookup{{Token: partition, Reason: "a test asks", Answer: map[string]any{"partition": "aws-cn"}}}
}

func dial(t *testing.T, server *fakeprovider.Server) pulumirpc.ResourceProviderClient {
	t.Helper()
	conn, err := grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", server.Port()), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return pulumirpc.NewResourceProviderClient(conn)
}

func serve(t *testing.T) (*fakeprovider.Provider, *fakeprovider.Server) {
	t.Helper()
	provider := fakeprovider.New("aws", "6.83.4", lookups())
	server, err := fakeprovider.Serve(provider)
	require.NoError(t, err)
	t.Cleanup(server.Close)
	return provider, server
}

func TestFakeProviderRecordsAndEchoes(t *testing.T) {
	t.Parallel()
	provider, server := serve(t)
	client := dial(t, server)
	inputs, err := structpb.NewStruct(map[string]any{"cidrBlock": "10.0.0.0/16"})
	require.NoError(t, err)

	checked, err := client.Check(context.Background(), &pulumirpc.CheckRequest{Urn: "urn:x", News: inputs})
	require.NoError(t, err)
	assert.Equal(t, "10.0.0.0/16", checked.GetInputs().GetFields()["cidrBlock"].GetStringValue())
	require.Len(t, provider.Planned(), 1)
	assert.Equal(t, "urn:x", provider.Planned()[0].URN)

	created, err := client.Create(context.Background(), &pulumirpc.CreateRequest{Preview: true, Properties: inputs})
	require.NoError(t, err)
	assert.Empty(t, created.GetId(), "an id is for the cloud to give")
}

func TestFakeProviderRefusesWhatItCannotKnow(t *testing.T) {
	t.Parallel()
	_, server := serve(t)
	client := dial(t, server)

	_, err := client.Create(context.Background(), &pulumirpc.CreateRequest{})
	assert.Equal(t, codes.FailedPrecondition, status.Code(err), "it must never pretend to deploy")

	_, err = client.Invoke(context.Background(), &pulumirpc.InvokeRequest{Tok: "aws:ec2/getVpc:getVpc"})
	assert.Equal(t, codes.Unimplemented, status.Code(err))
	assert.ErrorContains(t, err, "aws:ec2/getVpc:getVpc")

	answer, err := client.Invoke(context.Background(), &pulumirpc.InvokeRequest{Tok: partition})
	require.NoError(t, err)
	assert.Equal(t, "aws-cn", answer.GetReturn().GetFields()["partition"].GetStringValue())
	assert.Equal(t, []fakeprovider.Asked{{Token: "aws:ec2/getVpc:getVpc", Number: 1}, {Token: partition, Number: 1}}, server.Asked(),
		"refused or not, both were asked for")
}
