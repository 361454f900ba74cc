package engine_test

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/internal/settings"
	"github.com/mlops-iac/mlops/internal/workbench/teardown"
	"github.com/mlops-iac/mlops/tests/engine/cloud"
	validmetadatastore "github.com/mlops-iac/mlops/tests/harness/valid/metadatastore"
)

const protectedFile = `config:
  mlops:platform:
    protect: true
    metadataStore:
      deletionProtection: true
`

// protected deploys a database as the stack file says.
func protected(t *testing.T) inCloud {
	t.Helper()
	d := deploymentOf(t, []byte(protectedFile), func(ctx *pulumi.Context, onAWS pulumi.ResourceOrInvokeOption) error {
		var file struct {
			Protect       bool
			MetadataStore struct{ DeletionProtection bool }
		}
		text, _ := ctx.GetConfig(settings.FullKey)
		if err := json.Unmarshal([]byte(text), &file); err != nil {
			return err
		}
		args := validmetadatastore.MetadataStore()
		args.Protect, args.DeletionProtection = file.Protect, file.MetadataStore.DeletionProtection
		_, err := metadatastore.New(ctx, "db", args, onAWS)
		return err
	})
	d.up(t)
	return d
}

func (d inCloud) teardown(t *testing.T, options teardown.Options) (string, error) {
	t.Helper()
	var out bytes.Buffer
	options.Out, options.Progress = &out, io.Discard
	err := teardown.Destroy(t.Context(), d.Existing(), []byte(protectedFile), options)
	return out.String(), err
}

const question = "This deletes the 11 resources of stack test, 4 of them protected against this, " +
	"with all data but what is listed as kept at the end; type the name of the stack to go on: "

// Proves by the real engine with state: a stack that is protected by Pulumi and by RDS is taken
// down after one question, in order, and what stays is listed with what ends it.
func TestDestroyOfAProtectedStack(t *testing.T) {
	t.Parallel()
	d := protected(t)
	for _, answer := range []string{"", "yes\n", "prod\n"} {
		out, err := d.teardown(t, teardown.Options{In: strings.NewReader(answer)})
		require.ErrorIs(t, err, teardown.ErrNotConfirmed)
		assert.Equal(t, question, out)
		assert.Empty(t, d.cloud.Changes())
	}
	out, err := d.teardown(t, teardown.Options{In: strings.NewReader("test\n")})
	require.NoError(t, err, out)
	assert.True(t, strings.HasPrefix(out, question), out)
	assert.Empty(t, d.cloud.Left(cloud.Database))
	require.Len(t, d.cloud.Snapshots(), 1)
	key := d.cloud.Left(cloud.Key)["db-key"].Properties["name"].StringValue()
	assert.Equal(t, "Kept, and what ends it:\n"+
		"  db-key\n"+
		"    aws kms schedule-key-deletion --pending-window-in-days 30 --key-id "+key+" (when nothing is left that it encrypts)\n"+
		"  final snapshot of db\n"+
		"    aws rds delete-db-snapshot --db-snapshot-identifier "+d.cloud.Snapshots()[0]+"\n", out[strings.Index(out, "Kept, "):])
	changes := d.cloud.Changes()
	assert.Contains(t, changes, "delete db-instance")
	assert.Contains(t, changes, "update db-instance", "its protection was switched off")

	out, err = d.teardown(t, teardown.Options{})
	require.NoError(t, err)
	assert.Equal(t, "Stack test has no resources.\n", out)
}

// A script is not asked.
func TestDestroyWithoutAQuestion(t *testing.T) {
	t.Parallel()
	d := protected(t)
	out, err := d.teardown(t, teardown.Options{Yes: true})
	require.NoError(t, err, out)
	assert.NotContains(t, out, "type the name")
	assert.Empty(t, d.cloud.Left(cloud.Database))
}
