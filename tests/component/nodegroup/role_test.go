package nodegroup_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/nodegroup"
	"github.com/mlops-iac/mlops/components/scheduling"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/nodegroup"
)

func TestNodeRole(t *testing.T) {
	t.Parallel()
	policies := func(args *nodegroup.Args) []any {
		var arns []any
		for _, r := range run(t, args).OfType(attachToken) {
			assert.Equal(t, "nodes-role", r.Prop("role"))
			arns = append(arns, r.Prop("policyArn"))
		}
		return arns
	}
	args := valid.NodeGroup(scheduling.RoleCPU)
	assert.Equal(t, []any{
		"arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly", "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
	}, policies(args))
	args.SessionManager, args.Partition = true, "aws-cn"
	assert.Equal(t, []any{
		"arn:aws-cn:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly", "arn:aws-cn:iam::aws:policy/AmazonEKSWorkerNodePolicy",
		"arn:aws-cn:iam::aws:policy/AmazonSSMManagedInstanceCore",
	}, policies(args))
	assert.Equal(t, map[string]any{
		"httpEndpoint": "enabled", "httpTokens": "required", "httpPutResponseHopLimit": 1.0,
	}, run(t, args).One(t, templateToken, "nodes-template").Prop("metadataOptions"), "the agent runs on the node, not in a pod")
}

func TestNodeTrust(t *testing.T) {
	t.Parallel()
	for partition, service := range map[string]string{
		"aws": "ec2.amazonaws.com", "aws-us-gov": "ec2.amazonaws.com", "aws-cn": "ec2.amazonaws.com.cn",
	} {
		args := valid.NodeGroup(scheduling.RoleCPU)
		args.Partition = partition
		text, _ := run(t, args).One(t, "aws:iam/role:Role", "nodes-role").Prop("assumeRolePolicy").(string)
		var policy struct {
			Statement []struct{ Principal map[string][]string }
		}
		require.NoError(t, json.Unmarshal([]byte(text), &policy))
		require.Len(t, policy.Statement, 1)
		assert.Equal(t, map[string][]string{"Service": {service}}, policy.Statement[0].Principal, partition)
	}
}
