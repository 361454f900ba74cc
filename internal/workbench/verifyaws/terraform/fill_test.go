package terraform_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFillGivesStandInsTheirTypes(t *testing.T) {
	t.Parallel()
	const address = "aws_eks_cluster.main"
	got := schema(t).Fill("aws_eks_cluster", address, map[string]any{
		"name": "mlops", "vpc_config": []any{map[string]any{"subnet_ids": []any{"a"}}}, "tags_all": map[string]any{"x": "y"},
	}, map[string]any{
		"arn": true, "certificate_authority": true, "tags": map[string]any{}, "tags_all": map[string]any{"z": true},
		"vpc_config": []any{map[string]any{"vpc_id": true, "endpoint_public_access": true, "subnet_ids": []any{false}}},
	})
	assert.Equal(t, map[string]any{
		"name": "mlops", "arn": "arn:aws:none:::" + address + ".arn", "tags": map[string]any(nil),
		"certificate_authority": []any{map[string]any{"data": address + ".certificate_authority.0.data"}},
		"tags_all":              map[string]any{"x": "y", "z": address + ".tags_all.z"},
		"vpc_config": []any{map[string]any{
			"subnet_ids": []any{"a"}, "vpc_id": address + ".vpc_config.0.vpc_id", "endpoint_public_access": false,
		}},
	}, got)
	template := schema(t).Fill("aws_launch_template", "aws_launch_template.a", nil, map[string]any{
		"id": true, "latest_version": true, "vpc_security_group_ids": true, "tags_all": true,
	})
	assert.Equal(t, map[string]any{
		"id": "lt-cf616f1483b4f2cd", "latest_version": 0, "vpc_security_group_ids": []any{}, "tags_all": map[string]any{},
	}, template)
	assert.EqualValues(t, 2, schema(t).Version("aws_db_instance"))
}
