package cluster_test

import (
	"context"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/cluster"
)

var hardened = cluster.ControlPlane{
	Name: "platform-test", UpgradePolicy: "LATER", Tags: map[string]string{"owner": "ml-platform"}, Protect: true,
}

// given is what pulumi-eks passes for its EKS cluster.
func given() pulumi.Map {
	return pulumi.Map{
		"name":      pulumi.String("platform-test"),
		"vpcConfig": pulumi.Map{"endpointPrivateAccess": pulumi.Bool(true)},
		"accessConfig": pulumi.Map{
			"authenticationMode":                      pulumi.String("API"),
			"bootstrapClusterCreatorAdminPermissions": pulumi.Bool(true),
		},
		"tags": pulumi.StringMap{"Name": pulumi.String("platform-control-plane-eksCluster")},
	}
}

// TestInputs puts what version 2 of pulumi-eks cannot express into the control plane.
//
// Proves V13 by plain Go: the upgrade policy of the settings is what EKS is asked for.
func TestInputs(t *testing.T) {
	t.Parallel()
	props := given()
	assert.Equal(t, pulumi.Map{
		"name":                       pulumi.String("platform-test"),
		"vpcConfig":                  pulumi.Map{"endpointPrivateAccess": pulumi.Bool(true)},
		"upgradePolicy":              pulumi.Map{"supportType": pulumi.String("LATER")},
		"zonalShiftConfig":           pulumi.Map{"enabled": pulumi.Bool(true)},
		"bootstrapSelfManagedAddons": pulumi.Bool(false),
		"accessConfig": pulumi.Map{
			"authenticationMode":                      pulumi.String("API"),
			"bootstrapClusterCreatorAdminPermissions": pulumi.Bool(false),
		},
		"tags": pulumi.StringMap{"Name": pulumi.String("platform-test"), "owner": pulumi.String("ml-platform")},
	}, hardened.Inputs(props))
	assert.Equal(t, given(), props, "the inputs handed in stay as they are")
}

func TestTransform(t *testing.T) {
	t.Parallel()
	ignored := []string{"accessConfig.bootstrapClusterCreatorAdminPermissions", "version"}
	result := hardened.Transform(context.Background(), &pulumi.ResourceTransformArgs{
		Type: cluster.ControlPlaneType, Props: given(), Opts: pulumi.ResourceOptions{IgnoreChanges: ignored, Version: "6.83.4"},
	})
	require.NotNil(t, result)
	assert.Equal(t, hardened.Inputs(given()), result.Props)
	assert.Equal(t, []string{
		"accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons", "version",
	}, result.Opts.IgnoreChanges)
	assert.True(t, result.Opts.Protect)
	assert.Equal(t, "6.83.4", result.Opts.Version, "other options stay")
	assert.Equal(t, []string{"accessConfig.bootstrapClusterCreatorAdminPermissions", "version"}, ignored)
}

func TestTransformKeepsProtection(t *testing.T) {
	t.Parallel()
	for _, given := range []bool{false, true} {
		result := cluster.ControlPlane{}.Transform(context.Background(), &pulumi.ResourceTransformArgs{
			Type: cluster.ControlPlaneType, Opts: pulumi.ResourceOptions{Protect: given},
		})
		assert.Equal(t, given, result.Opts.Protect)
	}
}

func TestTransformLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	for _, token := range []string{
		"aws:ec2/securityGroup:SecurityGroup", "aws:ec2/securityGroupRule:SecurityGroupRule",
		"pulumi:providers:kubernetes", "eks:index:Cluster",
	} {
		assert.Nil(t, hardened.Transform(context.Background(), &pulumi.ResourceTransformArgs{Type: token, Props: given()}), token)
	}
}
