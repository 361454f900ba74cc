package costtags_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/costtags"
	"github.com/mlops-iac/mlops/internal/shared/tags"
	"github.com/mlops-iac/mlops/tests/harness"
)

const token = "aws:costexplorer/costAllocationTag:CostAllocationTag"

func program(keys ...string) pulumi.RunFunc {
	return harness.Program(costtags.New, "cost-tags", &costtags.Args{Keys: keys})
}

func TestEveryTagIsActivated(t *testing.T) {
	t.Parallel()
	keys := append(tags.Mandatory(), tags.Tenant)
	recorder := harness.Run(t, program(keys...))
	require.Len(t, recorder.Resources(), len(keys)+1)
	for name, key := range map[string]string{"cost-tags-environment": "environment", "cost-tags-mlops.io-tenant": "mlops.io/tenant"} {
		r := recorder.One(t, token, name)
		assert.Equal(t, costtags.Token, r.ParentType)
		assert.Equal(t, key, r.Prop("tagKey"))
		assert.Equal(t, "Active", r.Prop("status"))
	}
}

func TestInvalidArguments(t *testing.T) {
	t.Parallel()
	_, err := harness.RunErr(program("owner", "aws:createdBy", "owner"))
	require.ErrorContains(t, err, `cost tags "cost-tags": 2 errors:
  keys[1]: Invalid value: "aws:createdBy": must be the key of a tag that users put on resources
  keys[2]: Duplicate value: "owner"`)
	_, err = harness.RunErr(program())
	require.ErrorContains(t, err, "keys: Required value: the keys of the tags to activate")
}
