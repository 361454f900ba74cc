package verifyaws

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/asset"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/guard"
	"github.com/mlops-iac/mlops/internal/workbench/engine/fakeprovider"
)

const vpcURN = "urn:pulumi:dev::mlops::aws:ec2/vpc:Vpc::main"

func received(t *testing.T, urn string, inputs resource.PropertyMap) fakeprovider.Planned {
	t.Helper()
	sent, err := plugin.MarshalProperties(inputs, plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true})
	require.NoError(t, err)
	return fakeprovider.Planned{URN: urn, Inputs: sent}
}

func text(value string) resource.PropertyValue { return resource.NewStringProperty(value) }

func TestExplain(t *testing.T) {
	t.Parallel()
	secret := resource.MakeSecret(text("hidden"))
	other := received(t, "urn:pulumi:dev::mlops::kubernetes:core/v1:Secret::s", nil)
	seen := []fakeprovider.Planned{other, received(t, vpcURN, resource.PropertyMap{
		"a": resource.MakeComputed(text("")), "b": secret, "c": resource.MakeComputed(text("")), "d": resource.NewNullProperty(),
	})}
	named := []fakeprovider.Planned{received(t, vpcURN, resource.PropertyMap{"a": text("x"), "b": secret, "c": resource.MakeComputed(text(""))})}

	inputs, err := explain(seen, named)
	require.NoError(t, err)
	assert.Equal(t, []Input{{URN: vpcURN, Inputs: map[string]any{"a": "x", "b": "hidden", "c": guard.Unknown{}}}}, inputs)

	_, err = explain(seen, nil)
	assert.EqualError(t, err, "1 AWS resources are planned while outputs are unknown, and 0 once they have names")

	_, err = explain(named, []fakeprovider.Planned{received(t, vpcURN, resource.PropertyMap{"a": text("y"), "b": secret, "c": text("")})})
	assert.ErrorContains(t, err, vpcURN+": a is x while")
}

func TestInputThatHasNoFormInTerraform(t *testing.T) {
	t.Parallel()
	file, err := asset.FromText("x")
	require.NoError(t, err)
	_, err = plainInputs([]fakeprovider.Planned{received(t, vpcURN, resource.PropertyMap{"code": resource.NewAssetProperty(file)})})
	assert.EqualError(t, err, "reading the inputs of "+vpcURN+": code is asset, which has no form in Terraform")
}
