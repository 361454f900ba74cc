package terraform_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/internal/guard"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/terraform"
)

type values = map[string]any

// urn is that of a resource without a parent.
func urn(token, name string) string { return "urn:pulumi:dev::mlops::" + token + "::" + name }

func exceptions(t *testing.T, version string, list ...terraform.Exception) *terraform.Exceptions {
	t.Helper()
	exceptions, err := terraform.NewExceptions(list, version)
	require.NoError(t, err)
	return exceptions
}

func convert(t *testing.T, token, name string, inputs values) (terraform.Resource, []terraform.InputError) {
	t.Helper()
	s := schema(t)
	return terraform.NewConverter(s, terraform.NewNamer(s), exceptions(t, "5.82.0")).Convert(urn(token, name), inputs)
}

func body(t *testing.T, token, name string, inputs values) values {
	t.Helper()
	r, errs := convert(t, token, name, inputs)
	require.Empty(t, errs)
	return r.Body
}

const nodeGroup = "aws:eks/nodeGroup:NodeGroup"

func TestBlocksAndNames(t *testing.T) {
	t.Parallel()
	r, errs := convert(t, nodeGroup, "cpu", values{
		"clusterName": "dev", "subnetIds": []any{"subnet-1"}, "amiType": "AL2023_x86_64_STANDARD",
		"scalingConfig":  values{"minSize": 1.0, "maxSize": 4.0, "desiredSize": guard.Unknown{}},
		"taints":         []any{values{"key": "a", "effect": "NO_SCHEDULE"}, values{"key": "b", "effect": "NO_EXECUTE"}},
		"labels":         values{"x/y": "z"},
		"launchTemplate": values{"id": "lt-1", "version": guard.Unknown{}},
	})
	require.Empty(t, errs)
	assert.Equal(t, "aws_eks_node_group.cpu", r.Address)
	assert.Equal(t, values{
		"cluster_name": "dev", "subnet_ids": []any{"subnet-1"}, "ami_type": "AL2023_x86_64_STANDARD",
		"scaling_config":  []any{values{"min_size": 1.0, "max_size": 4.0, "desired_size": "${jsondecode(terraform_data.unknown.id)}"}},
		"taint":           []any{values{"key": "a", "effect": "NO_SCHEDULE"}, values{"key": "b", "effect": "NO_EXECUTE"}},
		"labels":          values{"x/y": "z"},
		"launch_template": []any{values{"id": "lt-1", "version": "unknown-${terraform_data.unknown.id}"}},
	}, r.Body, "node groups have no name of their own to generate")
	assert.Equal(t, 2, r.Unknowns)
	for at, from := range map[string]string{
		"scaling_config.0.min_size": "scalingConfig.minSize",
		"taint.1.effect":            "taints[1].effect",
		"labels.x/y":                `labels["x/y"]`,
		"subnet_ids.0":              "subnetIds[0]",
	} {
		assert.Equal(t, from, r.Paths[at], at)
	}
}

func TestVersionOfALaunchTemplateHasAName(t *testing.T) {
	t.Parallel()
	s := schema(t)
	n := terraform.NewNamer(s)
	id, _ := n.Name(urn("aws:ec2/launchTemplate:LaunchTemplate", "template"), nil)
	r, errs := terraform.NewConverter(s, n, exceptions(t, "5.82.0")).Convert(urn(nodeGroup, "cpu"), values{
		"launchTemplate": values{"id": id, "version": guard.Unknown{}},
	})
	require.Empty(t, errs)
	assert.Equal(t, []any{values{
		"id": "${aws_launch_template.template.id}", "version": "${aws_launch_template.template.latest_version}",
	}}, r.Body["launch_template"])
	assert.Equal(t, []int{2, 0}, []int{r.References, r.Unknowns})
}

func TestBlocksThatAreAttributesHaveEveryField(t *testing.T) {
	t.Parallel()
	got := body(t, "aws:ec2/networkAcl:NetworkAcl", "acl", values{
		"ingress": []any{values{"ruleNo": 100.0, "protocol": "tcp", "action": "allow", "fromPort": 5432.0, "toPort": 5432.0, "cidrBlock": "10.0.0.0/20"}},
	})
	assert.Equal(t, []any{values{
		"rule_no": 100.0, "protocol": "tcp", "action": "allow", "from_port": 5432.0, "to_port": 5432.0, "cidr_block": "10.0.0.0/20",
		"icmp_code": nil, "icmp_type": nil, "ipv6_cidr_block": nil,
	}}, got["ingress"])
}

func TestTextsAreNoTemplates(t *testing.T) {
	t.Parallel()
	got := body(t, "aws:iam/rolePolicy:RolePolicy", "tenants", values{
		"role": "r", "policy": `{"Resource": "tenants/${aws:PrincipalTag/kubernetes-namespace}/*", "x": "%{if}"}`,
	})
	assert.Equal(t, `{"Resource": "tenants/$${aws:PrincipalTag/kubernetes-namespace}/*", "x": "%%{if}"}`, got["policy"])
}

func TestNamesThatPulumiMakesUp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ token, field, want string }{
		{"aws:iam/role:Role", "name", "My-Role-0000000"},
		{"aws:s3/bucketV2:BucketV2", "bucket", "my-role-0000000"},
		{"aws:rds/instance:Instance", "identifier", "my-role-0000000"},
		{"aws:kms/alias:Alias", "name", "alias/My-Role-0000000"},
		{"aws:cloudwatch/metricAlarm:MetricAlarm", "alarm_name", "My-Role-0000000"},
	} {
		assert.Equal(t, c.want, body(t, c.token, "My-Role", values{})[c.field], c.token)
	}
	assert.Equal(t, "own", body(t, "aws:iam/role:Role", "My-Role", values{"name": "own"})["name"])
	assert.Equal(t, "own", body(t, "aws:cloudwatch/metricAlarm:MetricAlarm", "a", values{"name": "own"})["alarm_name"])
	assert.NotContains(t, body(t, "aws:ec2/vpc:Vpc", "main", values{}), "name")
}

func TestWhatCannotBeWritten(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		token  string
		inputs values
		path   string
		rule   string
	}{
		{"aws:sagemaker/model:Model", values{}, "type", "no resource type of the provider is known for aws:sagemaker/model:Model"},
		{"aws:ec2/vpc:Vpc", values{"cidrBlok": "10.0.0.0/16"}, "cidrBlok", "aws_vpc has no such property"},
		{"aws:ec2/vpc:Vpc", values{"arn": "x"}, "arn", "arn of aws_vpc cannot be set"},
		{"aws:ec2/vpc:Vpc", values{"cidrBlock": []any{"10.0.0.0/16"}}, "cidrBlock", "is [10.0.0.0/16] and must be a string"},
		{"aws:ec2/vpc:Vpc", values{"tags": "x"}, "tags", "is x and must be a map"},
		{nodeGroup, values{"taint": []any{}, "taints": []any{}}, "taints", "taint of aws_eks_node_group is set twice"},
		{nodeGroup, values{"scalingConfig": 3.0}, "scalingConfig", "is 3 and must be an object"},
		{nodeGroup, values{"scalingConfig": guard.Unknown{}}, "scalingConfig", "is unknown, and a block must be there or not"},
		{nodeGroup, values{"taints": []any{values{"kee": "a"}}}, "taints[0].kee", "aws_eks_node_group has no such property"},
	} {
		r, errs := convert(t, c.token, "x", c.inputs)
		assert.Equal(t, []terraform.InputError{{URN: urn(c.token, "x"), Path: c.path, Rule: c.rule}}, errs)
		assert.Empty(t, r.Address, "nothing half written")
	}
}

func TestEveryErrorIsTold(t *testing.T) {
	t.Parallel()
	_, errs := convert(t, "aws:ec2/vpc:Vpc", "x", values{"a": 1.0, "b": 2.0, "cidrBlock": "10.0.0.0/16"})
	require.Len(t, errs, 2)
	assert.EqualError(t, errs[0], urn("aws:ec2/vpc:Vpc", "x")+": a: aws_vpc has no such property")
}

func TestExceptions(t *testing.T) {
	t.Parallel()
	s := schema(t)
	known := exceptions(t, "5.82.0",
		terraform.Exception{Type: "aws_eks_node_group", Property: "nodeRepairConfig", Since: "5.83.0"},
		terraform.Exception{Type: "aws_eks_node_group", Property: "taints.key", Since: "5.99.0"},
		terraform.Exception{Type: "aws_vpc", Property: "new", Since: "6.0.0"},
		terraform.Exception{Type: "aws_vpc", Property: "old", Since: "5.82.0"})
	r, errs := terraform.NewConverter(s, terraform.NewNamer(s), known).Convert(urn(nodeGroup, "cpu"), values{
		"nodeRepairConfig": values{"enabled": true}, "taints": []any{values{"key": "a"}},
	})
	require.Empty(t, errs)
	assert.Equal(t, values{"taint": []any{values{"key": "a"}}}, r.Body, "what the provider knows is never left out")

	uses := known.Uses()
	require.Len(t, uses, 3, "the last is known to this version")
	assert.Equal(t, []int{1, 1, 0}, []int{uses[0].Count, uses[1].Count, uses[2].Count})
	assert.Equal(t, []bool{false, true, false}, []bool{uses[0].Stale, uses[1].Stale, uses[2].Stale})

	_, err := terraform.NewExceptions([]terraform.Exception{{Type: "aws_vpc", Property: "x", Since: "soon"}}, "5.82.0")
	assert.ErrorContains(t, err, `the exception for aws_vpc x: version "soon"`)
}

func TestEveryExceptionHasAReason(t *testing.T) {
	t.Parallel()
	for _, exception := range terraform.OlderProvider() {
		assert.Greater(t, len(strings.Fields(exception.Reason)), 5, exception.Property)
	}
}

func TestOrderAndWhatIsIgnored(t *testing.T) {
	t.Parallel()
	r, errs := convert(t, nodeGroup, "cpu", values{
		"clusterName": "dev", "subnetIds": []any{"subnet-1", "subnet-2"},
		"scalingConfig": values{"minSize": 1.0, "maxSize": 4.0, "desiredSize": 2.0},
		"labels":        values{"x/y": "z"},
	})
	require.Empty(t, errs)
	assert.Equal(t, r.Body, r.Configuration(), "without an order and without ignored changes")
	for _, property := range []string{"scalingConfig.desiredSize", "subnetIds", `labels["x/y"]`, "taints", "scaling"} {
		r.Ignore(property)
	}
	r.DependsOn = []string{"aws_eks_cluster.dev", "aws_subnet.a"}
	want := values{
		"cluster_name": "dev", "subnet_ids": []any{"subnet-1", "subnet-2"}, "labels": values{"x/y": "z"},
		"scaling_config": []any{values{"min_size": 1.0, "max_size": 4.0, "desired_size": 2.0}},
		"depends_on":     []string{"aws_eks_cluster.dev", "aws_subnet.a"},
		"lifecycle":      values{"ignore_changes": []string{"scaling_config[0].desired_size", "subnet_ids", `labels["x/y"]`}},
	}
	assert.Equal(t, want, r.Configuration())
	assert.NotContains(t, r.Body, "depends_on", "the body stays as it is")
}
