package main

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/tests/harness"
)

// platformOutputs is what the platform's stack exports, as far as it is used.
func platformOutputs(string, resource.PropertyMap) resource.PropertyMap {
	return resource.PropertyMap{"outputs": resource.NewPropertyValue(map[string]any{
		"kubeconfig": "{}",
		"cluster": map[string]any{
			"name": "mlops-dev", "arn": "a", "version": "1.35", "endpoint": "e", "certificateAuthority": "c",
			"securityGroupId": "s", "secretsKeyArn": "k", "logGroupName": "l", "oidcIssuer": "o",
		},
		"registry": map[string]any{
			"repositoryUrls": map[string]any{"inference": "registry.example/inference"},
			"repositoryArns": map[string]any{}, "keyArn": "k",
		},
	})}
}

func TestGuestTenant(t *testing.T) {
	t.Parallel()
	record, err := harness.RunErr(program,
		harness.WithConfig(map[string]string{
			"mlops:platformStack": "organization/mlops/dev", "mlops:region": "eu-west-1",
			"mlops:roleArn": "arn:aws:iam::111111111111:role/tenants",
		}),
		harness.WithOutputs("pulumi:pulumi:StackReference", platformOutputs))
	assert.NoError(t, err)
	deployments := record.OfType("kubernetes:apps/v1:Deployment")
	if assert.Len(t, deployments, 1) {
		assert.Equal(t, "registry.example/inference:1.0.0", deployments[0].Prop("spec.template.spec.containers.0.image"))
		assert.Equal(t, "guest", deployments[0].Prop("metadata.namespace"))
	}
	associations := record.OfType("aws:eks/podIdentityAssociation:PodIdentityAssociation")
	if assert.Len(t, associations, 1) {
		assert.Equal(t, "mlops-dev", associations[0].Prop("clusterName"))
	}
}
