package teardown

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/mlops-iac/mlops/internal/workbench/engine"
)

// Proves by plain Go: whatever a destroy leaves is listed with the command that ends it.
func TestWhatADestroyLeaves(t *testing.T) {
	t.Parallel()
	recorded := func(token, name, id string, retained bool, inputs map[string]any) engine.Recorded {
		return engine.Recorded{Type: token, Name: name, ID: id, Retained: retained, Inputs: inputs}
	}
	tags := map[string]any{"project": "mlops", "environment": "dev"}
	for name, test := range map[string]struct {
		recorded engine.Recorded
		want     []left
	}{
		"bucket": {recorded("aws:s3/bucketV2:BucketV2", "raw", "raw-1", true, nil), []left{
			{"raw", "aws s3api delete-bucket --bucket raw-1 (when it is empty, of old versions too)"},
		}},
		"bucket that goes": {recorded("aws:s3/bucketV2:BucketV2", "raw", "raw-1", false, nil), nil},
		"key": {recorded("aws:kms/key:Key", "key", "k-1", true, nil), []left{
			{"key", "aws kms schedule-key-deletion --pending-window-in-days 30 --key-id k-1 (when nothing is left that it encrypts)"},
		}},
		"alias":      {recorded("aws:kms/alias:Alias", "key", "alias/k", true, nil), nil},
		"repository": {recorded("aws:ecr/repository:Repository", "r", "mlops/r", true, nil), []left{{"r", "aws ecr delete-repository --force --repository-name mlops/r"}}},
		"log group":  {recorded("aws:cloudwatch/logGroup:LogGroup", "l", "/aws/l", true, nil), []left{{"l", "aws logs delete-log-group --log-group-name /aws/l"}}},
		"database": {recorded(databaseType, "db", "db-1", true, map[string]any{"identifier": "mlops-db"}), []left{
			{"db", "aws rds delete-db-instance --db-instance-identifier mlops-db"},
		}},
		"snapshot": {recorded(databaseType, "db", "db-1", false, map[string]any{"identifier": "mlops-db", "finalSnapshotIdentifier": "final-1"}), []left{
			{"final snapshot of mlops-db", "aws rds delete-db-snapshot --db-snapshot-identifier final-1"},
		}},
		"no snapshot": {recorded(databaseType, "db", "db-1", false, map[string]any{"skipFinalSnapshot": true}), nil},
		"cluster": {recorded("aws:eks/cluster:Cluster", "c", "c-1", false, map[string]any{"name": "mlops-dev", "tags": tags}), []left{{
			"volumes of claims in mlops-dev, if there were any",
			"aws ec2 describe-volumes --query 'Volumes[].VolumeId' --filters Name=tag:project,Values=mlops Name=tag:environment,Values=dev " +
				"Name=tag-key,Values=kubernetes.io/created-for/pvc/namespace; aws ec2 delete-volume --volume-id ID",
		}}},
		"namespace": {recorded("kubernetes:core/v1:Namespace", "n", "minio", true, nil), []left{{"n", "kubectl delete Namespace minio"}}},
		"set": {recorded("kubernetes:apps/v1:StatefulSet", "s", "minio/server", true, nil), []left{
			{"s", "kubectl delete StatefulSet server --namespace minio"},
		}},
		"another": {recorded("aws:ec2/vpc:Vpc", "v", "vpc-1", true, nil), []left{{"v", "delete aws:ec2/vpc:Vpc by hand: vpc-1"}}},
	} {
		assert.Equal(t, test.want, leftBy([]engine.Recorded{test.recorded}), name)
	}
}

func TestAStackFileWithoutProtection(t *testing.T) {
	t.Parallel()
	changed, err := withoutProtection([]byte(`config:
  mlops:platform:
    protect: true
    owner: team
    metadataStore: {deletionProtection: true, multiAz: true}
  other: {protect: true}
encryptionsalt: salt
`))
	require.NoError(t, err)
	var got map[string]any
	require.NoError(t, yaml.Unmarshal(changed, &got))
	assert.Equal(t, map[string]any{
		"config": map[string]any{
			"mlops:platform": map[string]any{
				"protect": false, "owner": "team", "metadataStore": map[string]any{"deletionProtection": false, "multiAz": true},
			},
			"other": map[string]any{"protect": true},
		},
		"encryptionsalt": "salt",
	}, got)
	_, err = withoutProtection([]byte("config: {}"))
	require.EqualError(t, err, "reading the stack file: there is no mlops:platform")
}
