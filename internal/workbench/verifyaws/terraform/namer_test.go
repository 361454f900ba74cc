package terraform_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/mlops-iac/mlops/internal/guard"
	"github.com/mlops-iac/mlops/internal/workbench/verifyaws/terraform"
)

func TestAddresses(t *testing.T) {
	t.Parallel()
	n := terraform.NewNamer(schema(t))
	const vpc = "aws:ec2/vpc:Vpc"
	assert.Equal(t, "aws_vpc.main", n.Address(urn(vpc, "main"), "aws_vpc"))
	assert.Equal(t, "aws_vpc.main-2", n.Address(urn("a:b:C$"+vpc, "main"), "aws_vpc"), "of another parent")
	assert.Equal(t, "aws_vpc.main", n.Address(urn(vpc, "main"), "aws_vpc"), "again")
	assert.Equal(t, "aws_vpc._3a_b_c-d", n.Address(urn(vpc, "3a.b/c-d"), "aws_vpc"))
}

// TestOutputsBecomeReferences follows an output into an input of another resource.
func TestOutputsBecomeReferences(t *testing.T) {
	t.Parallel()
	s := schema(t)
	n := terraform.NewNamer(s)
	inputs, err := structpb.NewStruct(values{
		"name": "dev", "vpcConfig": values{"subnetIds": []any{"subnet-1"}}, "encryptionConfig": values{"resources": []any{"secrets"}},
	})
	require.NoError(t, err)
	id, outputs := n.Name(urn("aws:eks/cluster:Cluster", "core"), inputs)
	group := outputs["vpcConfig"].(values)["clusterSecurityGroupId"]
	issuer := outputs["identities"].([]any)[0].(values)["oidcs"].([]any)[0].(values)["issuer"]
	authority := outputs["certificateAuthority"].(values)["data"]
	assert.Equal(t, []any{"subnet-1"}, outputs["vpcConfig"].(values)["subnetIds"], "what was given stays")
	assert.NotContains(t, outputs, "name")

	r, errs := terraform.NewConverter(s, n, exceptions(t, "5.82.0")).Convert(urn("aws:ec2/securityGroupRule:SecurityGroupRule", "rule"), values{
		"securityGroupId": group, "description": "a " + issuer.(string) + " and " + authority.(string) + " of ${" + id + "}",
		"sourceSecurityGroupId": outputs["arn"],
	})
	require.Empty(t, errs)
	assert.Equal(t, values{
		"security_group_id": "${aws_eks_cluster.core.vpc_config[0].cluster_security_group_id}",
		"description": "a ${aws_eks_cluster.core.identity[0].oidc[0].issuer} and ${aws_eks_cluster.core.certificate_authority[0].data}" +
			" of $${${aws_eks_cluster.core.id}}",
		"source_security_group_id": "${aws_eks_cluster.core.arn}",
	}, r.Body)
	assert.Equal(t, 5, r.References)
}

func TestTypeThatIsNotKnownGetsNoNames(t *testing.T) {
	t.Parallel()
	id, outputs := terraform.NewNamer(schema(t)).Name(urn("aws:sagemaker/model:Model", "m"), nil)
	assert.Empty(t, id)
	assert.Empty(t, outputs)
}

func TestMergeExplainsAndChangesNothing(t *testing.T) {
	t.Parallel()
	seen := values{"a": "same", "b": guard.Unknown{}, "c": []any{values{"d": guard.Unknown{}}, 1.0}}
	merged, err := terraform.Merge(seen, values{"a": "same", "b": "x", "c": []any{values{"d": guard.Unknown{}}, 1.0}})
	require.NoError(t, err)
	assert.Equal(t, values{"a": "same", "b": "x", "c": []any{values{"d": guard.Unknown{}}, 1.0}}, merged)

	for name, c := range map[string]struct {
		named values
		path  string
	}{
		"another value":   {values{"a": "other", "b": "x", "c": seen["c"]}, "a is same "},
		"a missing input": {values{"a": "same", "b": "x"}, "c is [map[d:{}] 1] while"},
		"one more input":  {values{"a": "same", "b": "x", "c": seen["c"], "e": 1.0}, "e is <nil> "},
		"a longer list":   {values{"a": "same", "b": "x", "c": []any{values{"d": "y"}, 1.0, 2.0}}, "c is "},
		"another element": {values{"a": "same", "b": "x", "c": []any{values{"d": "y"}, 2.0}}, "c[1] is 1 "},
		"another kind":    {values{"a": "same", "b": "x", "c": "y"}, "c is "},
	} {
		_, err := terraform.Merge(seen, c.named)
		assert.ErrorContains(t, err, c.path, name)
		assert.ErrorContains(t, err, "the program must not decide by what a provider computes", name)
	}
}
