package cluster_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/cluster"
)

func exporting(ctx *pulumi.Context) error {
	c, err := cluster.New(ctx, name, valid.Cluster())
	if err != nil {
		return err
	}
	return probe(ctx, c.Ref().Outputs())
}

func TestRef(t *testing.T) {
	t.Parallel()
	probed := harness.Run(t, exporting, valid.ControlPlane(harness.Stack)).One(t, probeToken, "probe")
	want := map[string]any{
		"name":                 "platform-test",
		"arn":                  "arn:aws:eks:eu-west-1:111111111111:cluster/platform-test",
		"version":              "1.35",
		"endpoint":             valid.ClusterEndpoint,
		"certificateAuthority": valid.ClusterCertificateAuthority,
		"securityGroupId":      valid.ClusterSecurityGroupID,
		"secretsKeyArn":        "arn:aws:kms:eu-west-1:111111111111:platform-secrets-key",
		"logGroupName":         "/aws/eks/platform-test/cluster",
		"oidcIssuer":           valid.ClusterOIDCIssuer,
	}
	assert.Len(t, probed.Inputs, len(want))
	for key, value := range want {
		assert.Equal(t, value, probed.Prop(key), key)
	}
	assert.Contains(t, probed.DependsOn, urn("eks:index:Cluster", "platform-control-plane"))
}

func TestPreviewKnowsWhatSettingsSay(t *testing.T) {
	t.Parallel()
	probed := harness.RunPreview(t, exporting).One(t, probeToken, "probe")
	assert.Equal(t, "platform-test", probed.Prop("name"))
	assert.Equal(t, "arn:aws:eks:eu-west-1:111111111111:cluster/platform-test", probed.Prop("arn"))
	assert.Equal(t, "1.35", probed.Prop("version"))
	for _, key := range []string{"endpoint", "certificateAuthority", "securityGroupId", "oidcIssuer"} {
		assert.Nil(t, probed.Prop(key), "%s: a mock drops what is unknown", key)
	}
}

// TestSilentComponent pins that a component without a cluster is an error and not a panic.
func TestSilentComponent(t *testing.T) {
	t.Parallel()
	_, err := harness.RunErr(exporting)
	assert.ErrorContains(t, err, "the eks:index:Cluster component returned no eksCluster")
}
