package engine_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/components/objectstore"
	"github.com/mlops-iac/mlops/internal/workbench/engine"
	"github.com/mlops-iac/mlops/internal/workbench/toolset"
	"github.com/mlops-iac/mlops/tests/engine/cloud"
	validmetadatastore "github.com/mlops-iac/mlops/tests/harness/valid/metadatastore"
	validobjectstore "github.com/mlops-iac/mlops/tests/harness/valid/objectstore"
)

// inCloud is a stack with state in a cloud of its own.
type inCloud struct {
	*engine.Deployment

	cloud *cloud.Cloud
}

// deployment opens a stack in an empty cloud. program may say something else at
// each run.
func deployment(t *testing.T, program func(ctx *pulumi.Context, onAWS pulumi.ResourceOrInvokeOption) error) inCloud {
	t.Helper()
	return deploymentOf(t, nil, program)
}

// deploymentOf opens a stack with a stack file.
func deploymentOf(t *testing.T, file []byte, program func(ctx *pulumi.Context, onAWS pulumi.ResourceOrInvokeOption) error) inCloud {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	t.Cleanup(cancel)
	set, err := toolset.New(checkout, t.Logf)
	require.NoError(t, err)
	cli, err := set.Pulumi(ctx)
	require.NoError(t, err)
	made, err := cloud.New()
	require.NoError(t, err)
	t.Cleanup(made.Close)
	d, err := engine.OpenDeployment(ctx, cli, t.TempDir(), engine.Job{
		Project: "edited", Stack: "test", StackFile: file,
		Program: func(ctx *pulumi.Context) error {
			provider, err := aws.NewProvider(ctx, "aws", &aws.ProviderArgs{Region: pulumi.String("eu-west-1")})
			if err != nil {
				return err
			}
			return program(ctx, pulumi.Provider(provider))
		},
	}, made.Attached())
	require.NoError(t, err)
	return inCloud{d, made}
}

// up deploys and returns what was done.
func (d inCloud) up(t *testing.T) []string {
	t.Helper()
	plan, err := d.Up(t.Context(), nil)
	require.NoError(t, err, "%v", plan.Diagnostics)
	return d.cloud.Changes()
}

// destroy removes everything that can be removed.
func (d inCloud) destroy(t *testing.T) {
	t.Helper()
	plan, err := d.Destroy(t.Context(), nil)
	require.NoError(t, err, "%v", plan.Diagnostics)
}

// Proves C6 by the real engine with state: deployed and destroyed twice, a database leaves two
// final snapshots, one that is replaced a third, and an unchanged update changes nothing.
func TestC6FinalSnapshotsDoNotCollide(t *testing.T) {
	t.Parallel()
	args := validmetadatastore.MetadataStore()
	d := deployment(t, func(ctx *pulumi.Context, onAWS pulumi.ResourceOrInvokeOption) error {
		_, err := metadatastore.New(ctx, "db", args, onAWS)
		return err
	})
	for round := range 2 {
		assert.Contains(t, d.up(t), "create db-instance")
		assert.Empty(t, d.up(t), "an unchanged update")
		d.destroy(t)
		assert.Len(t, d.cloud.Snapshots(), round+1)
	}
	d.up(t)
	args.Database = "other" // replaces the instance
	assert.Equal(t, []string{"create db-instance", "delete db-instance"}, d.up(t))
	d.destroy(t)
	taken := d.cloud.Snapshots()
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(taken))), 4)
	for _, name := range taken {
		assert.Regexp(t, `^final-db-[0-9a-f]{8}$`, name)
	}
}

// Proves C5 by the real engine with state: a destroy that stops at a bucket with objects, and one
// that takes a final snapshot, leave the keys of both, and nothing else.
func TestC5KeysOutliveWhatADestroyLeaves(t *testing.T) {
	t.Parallel()
	database, objects := validmetadatastore.MetadataStore(), validobjectstore.ObjectStore()
	d := deployment(t, func(ctx *pulumi.Context, onAWS pulumi.ResourceOrInvokeOption) error {
		if _, err := metadatastore.New(ctx, "db", database, onAWS); err != nil {
			return err
		}
		_, err := objectstore.New(ctx, "store", objects, onAWS)
		return err
	})
	d.up(t)
	d.cloud.FillBuckets()
	plan, err := d.Destroy(t.Context(), nil)
	require.ErrorIs(t, err, engine.ErrPlan)
	assert.Contains(t, messages(plan), "BucketNotEmpty")
	d.cloud.EmptyBuckets()
	d.destroy(t)
	assert.Equal(t, []string{"db-key", "store-key"}, slices.Sorted(maps.Keys(d.cloud.Left(cloud.Key))))
	assert.Equal(t, []string{"db-key-alias", "store-key-alias"}, slices.Sorted(maps.Keys(d.cloud.Left(cloud.Alias))))
	assert.Empty(t, d.cloud.Left(cloud.Bucket))
	assert.Empty(t, d.cloud.Left(cloud.Database))

	database.SkipFinalSnapshot, objects.ForceDestroy = true, true
	d.up(t)
	d.destroy(t)
	assert.Len(t, d.cloud.Left(cloud.Key), 2, "nothing was left, so no key was")
}
