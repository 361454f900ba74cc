package standin_test

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

	"github.com/mlops-iac/mlops/internal/offline/standin"
)

func dial(t *testing.T) (*standin.Server, pulumirpc.ResourceProviderClient) {
	t.Helper()
	server, err := standin.Serve(standin.New("aws", "6.83.4", standin.Answers{
		"aws:index/getPartition:getPartition": {"partition": "aws-cn"},
	}))
	require.NoError(t, err)
	t.Cleanup(server.Close)
	conn, err := grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", server.Port()), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return server, pulumirpc.NewResourceProviderClient(conn)
}

func TestStandInRecordsAndEchoes(t *testing.T) {
	t.Parallel()
	server, client := dial(t)
	inputs, err := structpb.NewStruct(map[string]any{"cidrBlock": "10.0.0.0/16"})
	require.NoError(t, err)

	checked, err := client.Check(context.Background(), &pulumirpc.CheckRequest{Urn: "urn:x", News: inputs})
	require.NoError(t, err)
	assert.Equal(t, "10.0.0.0/16", checked.GetInputs().GetFields()["cidrBlock"].GetStringValue())
	require.Len(t, server.Planned(), 1)
	assert.Equal(t, "urn:x", server.Planned()[0].URN)

	created, err := client.Create(context.Background(), &pulumirpc.CreateRequest{Preview: true, Properties: inputs})
	require.NoError(t, err)
	assert.Empty(t, created.GetId(), "an id is for the cloud to give")
}

func TestStandInRefusesWhatItCannotKnow(t *testing.T) {
	t.Parallel()
	_, client := dial(t)

	_, err := client.Create(context.Background(), &pulumirpc.CreateRequest{})
	assert.Equal(t, codes.FailedPrecondition, status.Code(err), "it must never pretend to deploy")

	_, err = client.Invoke(context.Background(), &pulumirpc.InvokeRequest{Tok: "aws:ec2/getVpc:getVpc"})
	assert.Equal(t, codes.Unimplemented, status.Code(err))
	assert.ErrorContains(t, err, "aws:ec2/getVpc:getVpc")

	answer, err := client.Invoke(context.Background(), &pulumirpc.InvokeRequest{Tok: "aws:index/getPartition:getPartition"})
	require.NoError(t, err)
	assert.Equal(t, "aws-cn", answer.GetReturn().GetFields()["partition"].GetStringValue())
}
