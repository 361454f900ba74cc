package objectstore

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/objectstore/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

// Args configures an ObjectStore.
type Args struct {
	// ObjectStore says how long versions and logs are kept; what is left out is
	// taken from spec.Default.
	spec.ObjectStore
	// AccountID is the 12-digit account that owns the buckets; required. Key and
	// log-delivery policies are bound to it.
	AccountID string `pulumi:"accountId"`
	// Region is the region the buckets are created in, the one of the provider;
	// required.
	Region string `pulumi:"region"`
	// Partition is "aws", "aws-cn" or "aws-us-gov"; default the one Region lies in.
	Partition string `pulumi:"partition"`
	// Replication copies buckets to another region; nil, the default, copies nothing.
	Replication *Replication `pulumi:"replication"`
	// Protect refuses to delete the buckets and the key; default false.
	Protect bool `pulumi:"protect"`
	// RetainOnDelete leaves the buckets and the key in the account when they leave
	// the program; default false.
	RetainOnDelete bool `pulumi:"retainOnDelete"`
	// Tags go on every taggable resource.
	Tags map[string]string `pulumi:"tags"`
}

// Replication copies new objects to buckets in another region. The destination
// buckets must be versioned and belong to the same account. Deletions are not
// copied: what was deleted here, on purpose or not, stays in the copy.
type Replication struct {
	// DestinationBucketARNs maps the roles to copy to the ARN of their copy; at
	// least one is required.
	DestinationBucketARNs map[spec.Role]pulumi.StringInput `pulumi:"destinationBucketArns"`
	// DestinationKeyARN is the KMS key, in the destination region, that encrypts
	// the copies; required.
	DestinationKeyARN pulumi.StringInput `pulumi:"destinationKeyArn"`
}

// inputs are what state and mocks show of the arguments.
func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"accountId":              pulumi.String(a.AccountID),
		"region":                 pulumi.String(a.Region),
		"partition":              pulumi.String(a.Partition),
		"noncurrentVersionDays":  pulumi.Int(a.NoncurrentVersionDays),
		"accessLogRetentionDays": pulumi.Int(a.AccessLogRetentionDays),
		"replicated":             pulumi.Bool(a.Replication != nil),
		"forceDestroy":           pulumi.Bool(a.ForceDestroy),
	}
}

func (a *Args) place() awsenv.Place {
	return awsenv.Place{Partition: a.Partition, Region: a.Region, AccountID: a.AccountID}
}

func (r *Replication) clone() *Replication {
	if r == nil {
		return nil
	}
	return &Replication{
		DestinationBucketARNs: maps.Clone(r.DestinationBucketARNs),
		DestinationKeyARN:     r.DestinationKeyARN,
	}
}
