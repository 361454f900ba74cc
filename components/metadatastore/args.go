package metadatastore

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/mlops-iac/mlops/internal/awsenv"
)

// Args configures a MetadataStore.
type Args struct {
	// Network places the database; required.
	Network Network
	// AccountID is the 12-digit account of the database; required. Key and role
	// policies are bound to it.
	AccountID string
	// Region is the region of the database, the one of the provider; required.
	Region string
	// Partition is "aws", "aws-cn" or "aws-us-gov"; default the one Region lies in.
	Partition string
	// AllowedSecurityGroupIDs may connect, one rule each; default nobody. The
	// order is part of the rules' names: append, do not reorder.
	AllowedSecurityGroupIDs []pulumi.StringInput
	// Instance is the engine and its size.
	Instance Instance
	// Storage is how much the database may hold.
	Storage Storage
	// Backup says what can be restored.
	Backup Backup
	// MaintenanceWindow is when RDS may restart the database, in UTC, as
	// "ddd:hh:mm-ddd:hh:mm"; default DefaultMaintenanceWindow.
	MaintenanceWindow string
	// LogRetentionDays is how many days CloudWatch keeps the logs, one of the
	// values CloudWatch offers; default DefaultLogRetentionDays.
	LogRetentionDays int
	// DeletionProtection makes RDS refuse to delete the instance; default false.
	DeletionProtection bool
	// Protect makes Pulumi refuse to delete the instance and the key; default false.
	Protect bool
	// RetainOnDelete leaves the instance and the key in the account when they
	// leave the program; default false.
	RetainOnDelete bool
	// Tags go on every taggable resource.
	Tags map[string]string
}

// Network is where the database runs.
type Network struct {
	// VPCID is the VPC of the security group; required.
	VPCID pulumi.StringInput
	// SubnetIDs are at least two database subnets in different zones; required.
	SubnetIDs pulumi.StringArrayInput
}

// Instance is the engine and its size.
type Instance struct {
	// Identifier is the physical name, unique in account and region; default the
	// component's name, shortened to RDS' 63 characters.
	Identifier string
	// EngineVersion is a PostgreSQL major version, which RDS keeps on its newest
	// minor version, or a full version such as "17.6", which is pinned; default
	// DefaultEngineVersion.
	EngineVersion string
	// Class is the instance class; default DefaultClass.
	Class string
	// MultiAZ keeps a standby in a second zone; default false.
	MultiAZ bool
	// Database is the name of the first database; default DefaultDatabase.
	Database string
	// Username is the master user; default DefaultUsername.
	Username string
}

// Storage is gp3 storage that grows by itself.
type Storage struct {
	// AllocatedStorage is the size to begin with, in GiB; default
	// DefaultAllocatedStorage.
	AllocatedStorage int
	// MaxAllocatedStorage is the size growth stops at, in GiB, at least a tenth
	// above AllocatedStorage; default DefaultMaxAllocatedStorage.
	MaxAllocatedStorage int
}

// Backup says what can be restored.
type Backup struct {
	// RetentionDays is how many days back a point in time can be restored, 1 to
	// 35; default DefaultBackupRetentionDays.
	RetentionDays int
	// Window is when the daily snapshot starts, in UTC, as "hh:mm-hh:mm"; it must
	// not overlap the maintenance window; default DefaultBackupWindow.
	Window string
	// SkipFinalSnapshot deletes the data together with the instance; for
	// throw-away environments only; default false.
	SkipFinalSnapshot bool
	// FinalSnapshotIdentifier names the snapshot taken before the instance is
	// deleted; default "final-<identifier>".
	FinalSnapshotIdentifier string
}

// inputs are what state and mocks show of the arguments.
func (a *Args) inputs() pulumi.Map {
	return pulumi.Map{
		"identifier":          pulumi.String(a.Instance.Identifier),
		"engineVersion":       pulumi.String(a.Instance.EngineVersion),
		"class":               pulumi.String(a.Instance.Class),
		"multiAz":             pulumi.Bool(a.Instance.MultiAZ),
		"maxAllocatedStorage": pulumi.Int(a.Storage.MaxAllocatedStorage),
		"backupRetentionDays": pulumi.Int(a.Backup.RetentionDays),
		"deletionProtection":  pulumi.Bool(a.DeletionProtection),
	}
}

func (a *Args) place() awsenv.Place {
	return awsenv.Place{Partition: a.Partition, Region: a.Region, AccountID: a.AccountID}
}
