package objectstore_test

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/objectstore"
	"github.com/mlops-iac/mlops/components/objectstore/spec"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/objectstore"
)

func TestValidation(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		store string
		args  *objectstore.Args
		want  string
	}{
		"nil args": {store: "store", want: "object store \"store\": 2 errors:\n" +
			`  accountId: Required value: must be the AWS account to build in` + "\n" +
			`  region: Required value: must name an AWS region`},
		"everything wrong": {
			store: "My_Store",
			args: &objectstore.Args{
				ObjectStore: spec.ObjectStore{NoncurrentVersionDays: -1, AccessLogRetentionDays: -1, ForceDestroy: true},
				AccountID:   "12345", Region: "Ireland", Partition: "azure", Protect: true,
				Replication: &objectstore.Replication{
					DestinationBucketARNs: map[spec.Role]pulumi.StringInput{"cooked": pulumi.String("x"), spec.Raw: nil},
				},
			},
			want: "object store \"My_Store\": 10 errors:\n" +
				`  accessLogRetentionDays: Invalid value: -1: must be 1 to 3653` + "\n" +
				`  accountId: Invalid value: "12345": must be 12 digits` + "\n" +
				`  forceDestroy: Forbidden: contradicts protect` + "\n" +
				`  name: Invalid value: "My_Store": must consist of a-z, 0-9 and '-' and begin with a letter or digit: bucket names are made from it` + "\n" +
				`  noncurrentVersionDays: Invalid value: -1: must be 1 to 3653` + "\n" +
				`  partition: Unsupported value: "azure": supported values: "aws", "aws-cn", "aws-us-gov"` + "\n" +
				`  region: Invalid value: "Ireland": must be an AWS region such as eu-west-1` + "\n" +
				`  replication.destinationBucketArns[cooked]: Unsupported value: "cooked": supported values: "raw", "processed", "models"` + "\n" +
				`  replication.destinationBucketArns[raw]: Required value: the ARN of the destination bucket` + "\n" +
				`  replication.destinationKeyArn: Required value: the ARN of the KMS key that encrypts the copies`,
		},
		"name too long": {
			store: strings.Repeat("s", 44), args: valid.ObjectStore(),
			want: `object store "` + strings.Repeat("s", 44) + `": name: Too long: may not be more than 43 bytes`,
		},
		"empty replication": {
			store: "store",
			args: func() *objectstore.Args {
				a := valid.ReplicatedObjectStore()
				a.Replication.DestinationBucketARNs = nil
				return a
			}(),
			want: `object store "store": replication.destinationBucketArns: Required value: the ARN of the copy of at least one bucket`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var refused error
			record, err := harness.RunErr(func(ctx *pulumi.Context) error {
				_, refused = objectstore.New(ctx, test.store, test.args)
				return refused
			})
			require.Error(t, err)
			assert.EqualError(t, refused, test.want)
			assert.Empty(t, record.OfType(bucketType), "nothing is created before everything is valid")
		})
	}
}

func TestLongestNameFits(t *testing.T) {
	t.Parallel()
	harness.Run(t, func(ctx *pulumi.Context) error {
		_, err := objectstore.New(ctx, strings.Repeat("s", 43), valid.ObjectStore())
		return err
	})
}

func TestCallersArgsAreNotChanged(t *testing.T) {
	t.Parallel()
	args := valid.ObjectStore()
	run(t, args)
	assert.Equal(t, valid.ObjectStore(), args)
}

func TestRef(t *testing.T) {
	t.Parallel()
	wantKeys := []string{"endpoint", "region", "rawBucket", "processedBucket", "modelsBucket", "bucketArns", "keyArn"}
	for name, test := range map[string]struct{ region, partition, endpoint string }{
		"commercial": {"eu-west-1", "aws", "https://s3.eu-west-1.amazonaws.com"},
		"gov":        {"us-gov-west-1", "aws-us-gov", "https://s3.us-gov-west-1.amazonaws.com"},
		"china":      {"cn-north-1", "aws-cn", "https://s3.cn-north-1.amazonaws.com.cn"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := valid.ObjectStore()
			args.Region, args.Partition = test.region, test.partition
			var lock sync.Mutex
			var got map[string]any
			record := harness.Run(t, func(ctx *pulumi.Context) error {
				store, err := objectstore.New(ctx, "store", args)
				if err != nil {
					return err
				}
				outputs := store.Ref().Outputs()
				assert.ElementsMatch(t, wantKeys, slices.Collect(maps.Keys(outputs)))
				outputs.ToMapOutput().ApplyT(func(values map[string]any) error {
					lock.Lock()
					defer lock.Unlock()
					got = values
					return nil
				})
				return nil
			})
			lock.Lock()
			defer lock.Unlock()
			arn := "arn:aws:s3:eu-west-1:111111111111:store-"
			assert.Equal(t, map[string]any{
				"endpoint": test.endpoint, "region": test.region,
				"rawBucket": "store-raw-id", "processedBucket": "store-processed-id", "modelsBucket": "store-models-id",
				"bucketArns": map[string]string{"raw": arn + "raw", "processed": arn + "processed", "models": arn + "models"},
				"keyArn":     "arn:aws:kms:eu-west-1:111111111111:store-key",
			}, got)
			admin := harness.Statements(t, record.One(t, keyType, "store-key"), "policy")
			assert.Equal(t, map[string]any{"AWS": []any{"arn:" + test.partition + ":iam::111111111111:root"}}, admin[0]["Principal"])
		})
	}
}
