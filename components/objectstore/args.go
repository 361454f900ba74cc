package objectstore

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/internal/awsenv"
)

// Role says what a bucket holds. It is part of the bucket's Pulumi name.
type Role string

// The roles, one bucket each.
const (
	// Raw holds data as it arrived.
	Raw Role = "raw"
	// Processed holds features and other derived data.
	Processed Role = "processed"
	// Models holds model artefacts.
	Models Role = "models"
)

// Roles lists the buckets of an object store in a fixed order.
func Roles() []Role { return []Role{Raw, Processed, Models} }

// Args configures an ObjectStore.
type Args struct {
	// AccountID is the 12-digit account that owns the buckets; required. Key and
	// log-delivery policies are bound to it.
	AccountID string
	// Region is the region the buckets are created in, the one of the provider;
	// required.
	Region string
	// Partition is "aws", "aws-cn" or "aws-us-gov"; default the one Region lies in.
	Partition string
	// NoncurrentDays is how many days an overwritten or deleted version can still
	// be restored; default DefaultNoncurrentDays.
	NoncurrentDays int
	// AccessLogDays is how many days access logs are kept; default
	// DefaultAccessLogDays.
	AccessLogDays int
	// Replication copies buckets to another region; nil, the default, copies nothing.
	Replication *Replication
	// ForceDestroy lets a destroy delete buckets that still hold objects; for
	// throw-away environments only; default false.
	ForceDestroy bool
	// Protect refuses to delete the buckets and the key; default false.
	Protect bool
	// RetainOnDelete leaves the buckets and the key in the account when they leave
	// the program; default false.
	RetainOnDelete bool
	// Tags go on every taggable resource.
	Tags map[string]string
}

// Replication copies new objects to buckets in another region. The destination
// buckets must be versioned and belong to the same account. Deletions are not
// copied: what was deleted here, on purpose or not, stays in the copy.
type Replication struct {
	// DestinationBucketARNs maps the roles to copy to the ARN of their copy; at
	// least one is required.
	DestinationBucketARNs map[Role]pulumi.StringInput
	// DestinationKeyARN is the KMS key, in the destination region, that encrypts
	// the copies; required.
	DestinationKeyARN pulumi.StringInput
}

// inputs are what state and mocks show of the arguments.
func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"accountId":      pulumi.String(a.AccountID),
		"region":         pulumi.String(a.Region),
		"partition":      pulumi.String(a.Partition),
		"noncurrentDays": pulumi.Int(a.NoncurrentDays),
		"accessLogDays":  pulumi.Int(a.AccessLogDays),
		"replicated":     pulumi.Bool(a.Replication != nil),
		"forceDestroy":   pulumi.Bool(a.ForceDestroy),
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
