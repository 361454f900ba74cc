package cluster_test

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/tests/pulumitest"
	"github.com/mlops-iac/mlops/tests/pulumitest/valid"
)

const (
	entryToken       = "aws:eks/accessEntry:AccessEntry"
	associationToken = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
)

func TestAccess(t *testing.T) {
	t.Parallel()
	args := valid.Cluster()
	args.ViewerPrincipalARNs = []string{"arn:aws:iam::111111111111:user/Auditor"}
	recorder := run(t, args)
	for resource, want := range map[string]struct{ arn, policy string }{
		"platform-admin-111111111111-role-deployer":    {args.AdminPrincipalARNs[0], "AmazonEKSClusterAdminPolicy"},
		"platform-admin-111111111111-role-break-glass": {args.AdminPrincipalARNs[1], "AmazonEKSClusterAdminPolicy"},
		"platform-viewer-111111111111-user-auditor":    {args.ViewerPrincipalARNs[0], "AmazonEKSAdminViewPolicy"},
	} {
		entry := recorder.One(t, entryToken, resource)
		assert.Equal(t, want.arn, entry.Prop("principalArn"))
		assert.Equal(t, "platform-test", entry.Prop("clusterName"))
		assert.Equal(t, "STANDARD", entry.Prop("type"))
		association := recorder.One(t, associationToken, resource+"-policy")
		assert.Equal(t, want.arn, association.Prop("principalArn"))
		assert.Equal(t, "arn:aws:eks::aws:cluster-access-policy/"+want.policy, association.Prop("policyArn"))
		assert.Equal(t, map[string]any{"type": "cluster"}, association.Prop("accessScope"))
		assert.Contains(t, association.DependsOn, urn(entryToken, resource))
		assert.Contains(t, entry.DependsOn, urn("eks:index:Cluster", "platform-control-plane"))
	}
	assert.Len(t, recorder.OfType(entryToken), 3)
}

func TestKubeconfig(t *testing.T) {
	t.Parallel()
	args := valid.Cluster()
	args.CredentialProfile = "ops"
	args.CredentialRoleARN = "arn:aws:iam::111111111111:role/deployer"
	recorder := pulumitest.Run(t, func(ctx *pulumi.Context) error {
		c, err := cluster.New(ctx, name, args)
		if err != nil {
			return err
		}
		return probe(ctx, pulumi.Map{"kubeconfig": c.Kubeconfig()})
	}, valid.ControlPlane(pulumitest.Stack))

	probed := recorder.One(t, probeToken, "probe")
	for _, admin := range []string{"deployer", "break-glass"} {
		assert.Contains(t, probed.DependsOn, urn(associationToken, "platform-admin-111111111111-role-"+admin+"-policy"))
	}
	text, ok := probed.Prop("kubeconfig").(string)
	require.True(t, ok)
	var parsed map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &parsed))
	assert.Equal(t, map[string]any{
		"apiVersion":      "v1",
		"kind":            "Config",
		"current-context": "platform-test",
		"clusters": []any{map[string]any{"name": "platform-test", "cluster": map[string]any{
			"server": valid.ClusterEndpoint, "certificate-authority-data": valid.ClusterCertificateAuthority,
		}}},
		"contexts": []any{map[string]any{"name": "platform-test", "context": map[string]any{
			"cluster": "platform-test", "user": "platform-test",
		}}},
		"users": []any{map[string]any{"name": "platform-test", "user": map[string]any{"exec": map[string]any{
			"apiVersion": "client.authentication.k8s.io/v1beta1",
			"command":    "aws",
			"args": []any{
				"eks", "get-token", "--cluster-name", "platform-test", "--region", "eu-west-1", "--output", "json",
				"--role-arn", "arn:aws:iam::111111111111:role/deployer",
			},
			"env":             []any{map[string]any{"name": "AWS_PROFILE", "value": "ops"}},
			"interactiveMode": "Never",
		}}}},
	}, parsed)
}

const probeToken = "test:index:Probe"

// probe is a custom resource that records what reached it.
func probe(ctx *pulumi.Context, inputs pulumi.Map) error {
	var resource pulumi.CustomResourceState
	return ctx.RegisterResource(probeToken, "probe", inputs, &resource)
}
