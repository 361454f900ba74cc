package costtags_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/costtags"
	"github.com/mlops-iac/mlops/internal/tags"
	"github.com/mlops-iac/mlops/tests/pulumitest"
)

const token = "aws:costexplorer/costAllocationTag:CostAllocationTag"

func program(keys ...string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := costtags.New(ctx, "cost-tags", &costtags.Args{Keys: keys})
		return err
	}
}

func TestEveryTagIsActivated(t *testing.T) {
	t.Parallel()
	keys := append(tags.Mandatory(), tags.Tenant)
	recorder := pulumitest.Run(t, program(keys...))
	require.Len(t, recorder.Resources(), len(keys)+1)
	for name, key := range map[string]string{"cost-tags-environment": "environment", "cost-tags-mlops.io-tenant": "mlops.io/tenant"} {
		r := recorder.One(t, token, name)
		assert.Equal(t, costtags.Token, r.ParentType)
		assert.Equal(t, key, r.Prop("tagKey"))
		assert.Equal(t, "Active", r.Prop("status"))
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	_, err := pulumitest.RunErr(program("owner", "aws:createdBy", "owner"))
	require.ErrorContains(t, err, `cost tags "cost-tags": 2 faults:
  keys[1]: Invalid value: "aws:createdBy": must be the key of a tag that users put on resources
  keys[2]: Duplicate value: "owner"`)
	_, err = pulumitest.RunErr(program())
	require.ErrorContains(t, err, "keys: Required value: the keys of the tags to activate")
}
