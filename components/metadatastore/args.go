package metadatastore

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/components/metadatastore/spec"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
)

// Args configures a MetadataStore.
type Args struct {
	// MetadataStore says how large the database is and what can be restored; what is
	// left out is taken from spec.Default.
	spec.MetadataStore
	// Network places the database; required.
	Network Network `pulumi:"network"`
	// AccountID is the 12-digit account of the database; required. Key and role
	// policies are bound to it.
	AccountID string `pulumi:"accountId"`
	// Region is the region of the database, the one of the provider; required.
	Region string `pulumi:"region"`
	// Partition is "aws", "aws-cn" or "aws-us-gov"; default the one Region lies in.
	Partition string `pulumi:"partition"`
	// AllowedSecurityGroupIDs may connect, one rule each; default nobody. The
	// order is part of the rules' names: append, do not reorder.
	AllowedSecurityGroupIDs []pulumi.StringInput `pulumi:"allowedSecurityGroupIds"`
	// Identifier is the physical name of the instance, unique in account and region;
	// default the component's name, shortened to RDS' 63 characters.
	Identifier string `pulumi:"identifier"`
	// Database is the name of the first database; default DefaultDatabase.
	Database string `pulumi:"database"`
	// Username is the master user; default DefaultUsername.
	Username string `pulumi:"username"`
	// FinalSnapshotPrefix begins the name of the snapshot taken before the instance
	// is deleted; default "final-<identifier>". "-" and 8 hexadecimal digits follow,
	// new for every instance.
	FinalSnapshotPrefix string `pulumi:"finalSnapshotPrefix"`
	// Protect makes Pulumi refuse to delete the instance and the key; default false.
	Protect bool `pulumi:"protect"`
	// RetainOnDelete leaves the instance and the key in the account when they
	// leave the program; default false. Without SkipFinalSnapshot the key stays
	// either way, because the snapshot does.
	RetainOnDelete bool `pulumi:"retainOnDelete"`
	// Tags go on every taggable resource.
	Tags map[string]string `pulumi:"tags"`
}

// Network is where the database runs.
type Network struct {
	// VPCID is the VPC of the security group; required.
	VPCID pulumi.StringInput `pulumi:"vpcId"`
	// SubnetIDs are at least two database subnets in different zones; required.
	SubnetIDs pulumi.StringArrayInput `pulumi:"subnetIds"`
}

// inputs are what state and mocks show of the arguments.
func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"identifier":          pulumi.String(a.Identifier),
		"engineVersion":       pulumi.String(a.EngineVersion),
		"instanceClass":       pulumi.String(a.InstanceClass),
		"multiAz":             pulumi.Bool(a.MultiAZ),
		"maxAllocatedGiB":     pulumi.Int(a.MaxAllocatedGiB),
		"backupRetentionDays": pulumi.Int(a.BackupRetentionDays),
		"deletionProtection":  pulumi.Bool(a.DeletionProtection),
	}
}

func (a *Args) place() awsenv.Place {
	return awsenv.Place{Partition: a.Partition, Region: a.Region, AccountID: a.AccountID}
}
