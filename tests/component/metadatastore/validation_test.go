package metadatastore_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/components/metadatastore/spec"
	"github.com/mlops-iac/mlops/tests/harness"
	valid "github.com/mlops-iac/mlops/tests/harness/valid/metadatastore"
)

// faultOf builds a store and returns the error of New, which must come before
// anything is created.
func faultOf(t *testing.T, name string, args *metadatastore.Args) error {
	t.Helper()
	var refused error
	record, err := harness.RunErr(func(ctx *pulumi.Context) error {
		_, refused = metadatastore.New(ctx, name, args)
		return refused
	})
	if refused == nil {
		require.NoError(t, err)
		return nil
	}
	assert.Empty(t, record.OfType(keyType))
	return refused
}

func TestAllErrorsAtOnce(t *testing.T) {
	t.Parallel()
	assert.EqualError(t, faultOf(t, "db", nil), "metadata store \"db\": 4 errors:\n"+
		`  accountId: Required value: must be the AWS account to build in`+"\n"+
		`  network.subnetIds: Required value: at least two database subnets in different zones`+"\n"+
		`  network.vpcId: Required value: the VPC of the database subnets`+"\n"+
		`  region: Required value: must name an AWS region`)

	args := &metadatastore.Args{
		MetadataStore: spec.MetadataStore{
			EngineVersion: "9.6", InstanceClass: "t4g.small", AllocatedGiB: 10, MaxAllocatedGiB: 5, BackupRetentionDays: 36,
			BackupWindow: "3-4", MaintenanceWindow: "Sunday", LogRetentionDays: 31, SkipFinalSnapshot: true, DeletionProtection: true,
		},
		AccountID: "1", Region: "here", Partition: "azure",
		AllowedSecurityGroupIDs: []pulumi.StringInput{pulumi.String("sg-1"), nil},
		Identifier:              "Db--1", Database: "my-db", Username: "admin", FinalSnapshotPrefix: "x",
	}
	assert.EqualError(t, faultOf(t, "db", args), "metadata store \"db\": 19 errors:\n"+strings.Join([]string{
		`  accountId: Invalid value: "1": must be 12 digits`,
		`  allocatedGiB: Invalid value: 10: must be 20 to 65536`,
		`  allowedSecurityGroupIds[1]: Required value: a security group id`,
		`  backupRetentionDays: Invalid value: 36: must be 1 to 35`,
		`  backupWindow: Invalid value: "3-4": must be hh:mm-hh:mm in UTC`,
		`  database: Invalid value: "my-db": must be at most 63 of a-z, 0-9 and '_', begin with a letter and not be rdsadmin, template0, template1`,
		`  engineVersion: Invalid value: "9.6": must be "16", "17" or "18", or a minor version such as "17.6"`,
		`  finalSnapshotPrefix: Forbidden: contradicts skipFinalSnapshot`,
		`  identifier: Invalid value: "Db--1": must be at most 63 of a-z, 0-9 and single '-', begin with a letter and not end with '-'`,
		`  instanceClass: Invalid value: "t4g.small": must be an RDS instance class such as db.t4g.small`,
		`  logRetentionDays: Invalid value: 31: must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653`,
		`  maintenanceWindow: Invalid value: "Sunday": must be ddd:hh:mm-ddd:hh:mm in UTC and lower case, such as sun:04:30-sun:05:30`,
		`  maxAllocatedGiB: Invalid value: 5: must be at least a tenth above allocatedGiB (10) and at most 65536`,
		`  network.subnetIds: Required value: at least two database subnets in different zones`,
		`  network.vpcId: Required value: the VPC of the database subnets`,
		`  partition: Unsupported value: "azure": supported values: "aws", "aws-cn", "aws-us-gov"`,
		`  region: Invalid value: "here": must be an AWS region such as eu-west-1`,
		`  skipFinalSnapshot: Forbidden: contradicts deletionProtection`,
		`  username: Invalid value: "admin": must be at most 63 of a-z, 0-9 and '_', begin with a letter and not be admin, rdsadmin, rdsrepladmin, user or begin with pg_`,
	}, "\n"))
}

func TestSingleErrors(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("d", 46)
	for name, test := range map[string]struct {
		store  string
		change func(*metadatastore.Args)
		want   string
	}{
		"long name": {store: long, want: "name: Too long: may not be more than 45 bytes"},
		"name that makes no identifier": {
			store: "1db",
			want:  `identifier: Invalid value: "1db": must be at most 63 of a-z, 0-9 and single '-', begin with a letter and not end with '-'`,
		},
		"bad final snapshot": {
			change: func(a *metadatastore.Args) { a.FinalSnapshotPrefix = "a--b" },
			want:   `finalSnapshotPrefix: Invalid value: "a--b": must be at most 246 letters, digits and single '-', begin with a letter and not end with '-'`,
		},
		"no backups": {
			change: func(a *metadatastore.Args) { a.BackupRetentionDays = -1 },
			want:   "backupRetentionDays: Invalid value: -1: must be 1 to 35",
		},
		"less than a tenth of room": {
			change: func(a *metadatastore.Args) { a.AllocatedGiB, a.MaxAllocatedGiB = 100, 109 },
			want:   "maxAllocatedGiB: Invalid value: 109: must be at least a tenth above allocatedGiB (100) and at most 65536",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := valid.MetadataStore()
			if test.change != nil {
				test.change(args)
			}
			store := test.store
			if store == "" {
				store = "db"
			}
			assert.EqualError(t, faultOf(t, store, args), `metadata store "`+store+`": `+test.want)
		})
	}
}
