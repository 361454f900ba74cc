package cluster_test

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/mlops-iac/mlops/components/cluster"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/cluster"
)

const name = "platform"

func program(args *cluster.Args) pulumi.RunFunc {
	return harness.Program(cluster.New, name, args)
}

func run(t *testing.T, args *cluster.Args) *harness.Recorder {
	t.Helper()
	return harness.Run(t, program(args), valid.ControlPlane(harness.Stack))
}

func TestResources(t *testing.T) {
	t.Parallel()
	recorder := run(t, valid.Cluster())
	counts := map[string]int{}
	for _, r := range recorder.Resources() {
		counts[r.Type]++
		if r.Type != cluster.Token {
			assert.Equal(t, cluster.Token, r.ParentType, r.Name)
			assert.Equal(t, name, r.ParentName, r.Name)
		}
		assert.Empty(t, r.Provider, r.Name)
	}
	assert.Equal(t, map[string]int{
		cluster.Token:       1,
		"eks:index:Cluster": 1,
		"aws:iam/role:Role": 2,
		"aws:iam/rolePolicyAttachment:RolePolicyAttachment": 2,
		"aws:kms/key:Key":                                         2,
		"aws:kms/alias:Alias":                                     2,
		"aws:cloudwatch/logGroup:LogGroup":                        1,
		"aws:eks/accessEntry:AccessEntry":                         2,
		"aws:eks/accessPolicyAssociation:AccessPolicyAssociation": 2,
		"aws:eks/addon:Addon":                                     3,
	}, counts)
	assert.Empty(t, recorder.Invokes())
}

func TestEveryTaggableResourceIsTagged(t *testing.T) {
	t.Parallel()
	args := valid.Cluster()
	args.CreateOIDCProvider = true
	untaggable := []string{
		cluster.Token, "aws:kms/alias:Alias", "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
		"aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
	}
	for _, r := range run(t, args).Resources() {
		if slices.Contains(untaggable, r.Type) {
			continue
		}
		found, _ := r.Prop("tags").(map[string]any)
		for key, value := range args.Tags {
			assert.Equal(t, value, found[key], "%s %s: tag %s", r.Type, r.Name, key)
		}
	}
}

func TestControlPlane(t *testing.T) {
	t.Parallel()
	controlPlane := run(t, valid.Cluster()).One(t, "eks:index:Cluster", name+"-control-plane")
	for path, want := range map[string]any{
		"name":                            "platform-test",
		"version":                         "1.35",
		"vpcId":                           "vpc-1",
		"privateSubnetIds":                []any{"subnet-a", "subnet-b"},
		"authenticationMode":              "API",
		"skipDefaultNodeGroup":            true,
		"useDefaultVpcCni":                true,
		"createOidcProvider":              false,
		"instanceRoles":                   []any{},
		"endpointPrivateAccess":           true,
		"endpointPublicAccess":            false,
		"publicAccessCidrs":               nil,
		"subnetIds":                       nil,
		"publicSubnetIds":                 nil,
		"nodeGroupOptions":                nil,
		"kubernetesServiceIpAddressRange": "172.20.0.0/16",
		"enabledClusterLogTypes":          []any{"api", "audit", "authenticator", "controllerManager", "scheduler"},
		"encryptionConfigKeyArn":          "arn:aws:kms:eu-west-1:111111111111:platform-secrets-key",
		"providerCredentialOpts":          map[string]any{},
		"clusterTags.Name":                "platform-test",
	} {
		assert.Equal(t, want, controlPlane.Prop(path), path)
	}
	assert.Equal(t, "platform-role", controlPlane.Inputs["serviceRole"].ResourceReferenceValue().Name)
	assert.Contains(t, controlPlane.DependsOn, urn("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "platform-role-cluster"))
	assert.Contains(t, controlPlane.DependsOn, urn("aws:cloudwatch/logGroup:LogGroup", "platform-logs"))
}

// Proves C1 by Pulumi mocks: a control plane is in the subnets of its own zones, and in no
// others that the network has.
func TestC1ZonesOfTheControlPlane(t *testing.T) {
	t.Parallel()
	args := valid.Cluster()
	args.PrivateSubnetIDs = pulumi.ToStringArray([]string{"subnet-a", "subnet-b", "subnet-c"})
	args.SubnetZones = []string{"eu-west-1a", "eu-west-1b", "eu-west-1c"}
	for _, c := range []struct{ zones, want []any }{
		{nil, []any{"subnet-a", "subnet-b", "subnet-c"}},
		{[]any{"eu-west-1c", "eu-west-1a"}, []any{"subnet-c", "subnet-a"}},
	} {
		args.Zones = nil
		for _, zone := range c.zones {
			args.Zones = append(args.Zones, zone.(string))
		}
		record := run(t, args)
		assert.Equal(t, c.want, record.One(t, "eks:index:Cluster", name+"-control-plane").Prop("privateSubnetIds"))
		assert.Equal(t, c.want, record.One(t, cluster.Token, name).Prop("privateSubnetIds"))
	}
}

func urn(token, resource string) string {
	return "urn:pulumi:test::mlops::" + cluster.Token + "$" + token + "::" + resource
}

func TestPublicAccessAndCredentials(t *testing.T) {
	t.Parallel()
	args := valid.Cluster()
	args.PublicAccessCIDRs = []string{"203.0.113.0/24"}
	args.CredentialProfile = "ops"
	args.CredentialRoleARN = "arn:aws:iam::111111111111:role/deployer"
	controlPlane := run(t, args).One(t, "eks:index:Cluster", name+"-control-plane")
	assert.Equal(t, true, controlPlane.Prop("endpointPublicAccess"))
	assert.Equal(t, true, controlPlane.Prop("endpointPrivateAccess"))
	assert.Equal(t, []any{"203.0.113.0/24"}, controlPlane.Prop("publicAccessCidrs"))
	assert.Equal(t, map[string]any{
		"profileName": "ops", "roleArn": "arn:aws:iam::111111111111:role/deployer",
	}, controlPlane.Prop("providerCredentialOpts"))
}

func TestServiceRoleIsLeast(t *testing.T) {
	t.Parallel()
	recorder := run(t, valid.Cluster())
	trust := harness.Document(t, recorder.One(t, "aws:iam/role:Role", "platform-role"), "assumeRolePolicy")
	statement := trust["Statement"].([]any)[0].(map[string]any)
	assert.Equal(t, map[string]any{"Service": []any{"eks.amazonaws.com"}}, statement["Principal"])
	assert.Equal(t, []any{"sts:AssumeRole"}, statement["Action"])
	var policies []any
	for _, r := range recorder.OfType("aws:iam/rolePolicyAttachment:RolePolicyAttachment") {
		policies = append(policies, r.Prop("policyArn"))
	}
	assert.Equal(t, []any{
		"arn:aws:iam::aws:policy/AmazonEKSClusterPolicy", "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
	}, policies)
}

func TestKeysAndLogs(t *testing.T) {
	t.Parallel()
	args := valid.Cluster()
	args.Protect, args.RetainOnDelete, args.LogRetentionDays = true, true, 365
	recorder := run(t, args)
	for _, key := range recorder.OfType("aws:kms/key:Key") {
		assert.Equal(t, true, key.Prop("enableKeyRotation"), key.Name)
		assert.EqualValues(t, 30, key.Prop("deletionWindowInDays"), key.Name)
		assert.True(t, key.Protect, key.Name)
		assert.True(t, key.RetainOnDelete, key.Name)
	}
	secrets := harness.Document(t, recorder.One(t, "aws:kms/key:Key", "platform-secrets-key"), "policy")
	assert.Len(t, secrets["Statement"], 1, "only the account governs the key of the secrets")

	logs := harness.Document(t, recorder.One(t, "aws:kms/key:Key", "platform-logs-key"), "policy")
	service := logs["Statement"].([]any)[1].(map[string]any)
	assert.Equal(t, map[string]any{"Service": []any{"logs.eu-west-1.amazonaws.com"}}, service["Principal"])
	assert.Equal(t, map[string]any{"ArnEquals": map[string]any{
		"kms:EncryptionContext:aws:logs:arn": []any{"arn:aws:logs:eu-west-1:111111111111:log-group:/aws/eks/platform-test/cluster"},
	}}, service["Condition"])

	group := recorder.One(t, "aws:cloudwatch/logGroup:LogGroup", "platform-logs")
	assert.Equal(t, "/aws/eks/platform-test/cluster", group.Prop("name"))
	assert.EqualValues(t, 365, group.Prop("retentionInDays"))
	assert.Equal(t, "arn:aws:kms:eu-west-1:111111111111:platform-logs-key", group.Prop("kmsKeyId"))
	assert.True(t, group.Protect)
	assert.True(t, group.RetainOnDelete)

	alias := recorder.One(t, "aws:kms/alias:Alias", "platform-secrets-alias")
	assert.Equal(t, "alias/platform-test/secrets", alias.Prop("name"))
	assert.False(t, recorder.One(t, "eks:index:Cluster", "platform-control-plane").Protect,
		"only the EKS cluster inside is protected, by the transform")
}

func TestNothingIsProtectedByDefault(t *testing.T) {
	t.Parallel()
	for _, r := range run(t, valid.Cluster()).Resources() {
		assert.False(t, r.Protect, r.Name)
		assert.False(t, r.RetainOnDelete, r.Name)
	}
}

func TestPartition(t *testing.T) {
	t.Parallel()
	args := valid.Cluster()
	args.Partition, args.Region = "aws-cn", "cn-north-1"
	args.AdminPrincipalARNs = []string{"arn:aws-cn:iam::111111111111:role/a", "arn:aws-cn:iam::111111111111:user/b"}
	recorder := run(t, args)
	for _, r := range recorder.OfType("aws:iam/rolePolicyAttachment:RolePolicyAttachment") {
		assert.Contains(t, r.Prop("policyArn"), "arn:aws-cn:iam::aws:policy/", r.Name)
	}
	for _, r := range recorder.OfType("aws:eks/accessPolicyAssociation:AccessPolicyAssociation") {
		assert.Contains(t, r.Prop("policyArn"), "arn:aws-cn:eks::aws:cluster-access-policy/", r.Name)
	}
	logs := recorder.One(t, "aws:kms/key:Key", "platform-logs-key").Prop("policy")
	assert.Contains(t, logs, "logs.cn-north-1.amazonaws.com.cn")
	assert.NotContains(t, logs, "arn:aws:")
}

func TestOIDCProvider(t *testing.T) {
	t.Parallel()
	args := valid.Cluster()
	args.CreateOIDCProvider = true
	provider := run(t, args).One(t, "aws:iam/openIdConnectProvider:OpenIdConnectProvider", "platform-oidc")
	assert.Equal(t, valid.ClusterOIDCIssuer, provider.Prop("url"))
	assert.Equal(t, []any{"sts.amazonaws.com"}, provider.Prop("clientIdLists"))
	assert.Nil(t, provider.Prop("thumbprintLists"))
}
