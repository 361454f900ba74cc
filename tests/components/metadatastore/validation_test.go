package metadatastore_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mlops-iac/mlops/components/metadatastore"
	"github.com/mlops-iac/mlops/tests/pulumitest"
	"github.com/mlops-iac/mlops/tests/pulumitest/valid"
)

// faultOf builds a store and returns the error of New, which must come before
// anything is created.
func faultOf(t *testing.T, name string, args *metadatastore.Args) error {
	t.Helper()
	var fault error
	record, err := pulumitest.RunErr(func(ctx *pulumi.Context) error {
		_, fault = metadatastore.New(ctx, name, args)
		return fault
	})
	if fault == nil {
		require.NoError(t, err)
		return nil
	}
	assert.Empty(t, record.OfType(keyType))
	return fault
}

func TestAllFaultsAtOnce(t *testing.T) {
	t.Parallel()
	assert.EqualError(t, faultOf(t, "db", nil), "metadata store \"db\": 4 faults:\n"+
		`  accountId: Required value: must be the AWS account to build in`+"\n"+
		`  network.subnetIds: Required value: at least two database subnets in different zones`+"\n"+
		`  network.vpcId: Required value: the VPC of the database subnets`+"\n"+
		`  region: Required value: must name an AWS region`)

	args := &metadatastore.Args{
		AccountID: "1", Region: "here", Partition: "azure", LogRetentionDays: 31,
		AllowedSecurityGroupIDs: []pulumi.StringInput{pulumi.String("sg-1"), nil},
		Instance: metadatastore.Instance{
			Identifier: "Db--1", EngineVersion: "9.6", Class: "t4g.small", Database: "my-db", Username: "admin",
		},
		Storage:           metadatastore.Storage{AllocatedStorage: 10, MaxAllocatedStorage: 5},
		Backup:            metadatastore.Backup{RetentionDays: 36, Window: "3-4", SkipFinalSnapshot: true, FinalSnapshotIdentifier: "x"},
		MaintenanceWindow: "Sunday",
	}
	assert.EqualError(t, faultOf(t, "db", args), "metadata store \"db\": 18 faults:\n"+strings.Join([]string{
		`  accountId: Invalid value: "1": must be 12 digits`,
		`  allowedSecurityGroupIds[1]: Required value: a security group id`,
		`  backup.finalSnapshotIdentifier: Forbidden: contradicts skipFinalSnapshot`,
		`  backup.retentionDays: Invalid value: 36: must be 1 to 35 days`,
		`  backup.window: Invalid value: "3-4": must be "hh:mm-hh:mm" in UTC`,
		`  instance.class: Invalid value: "t4g.small": must be an RDS instance class such as "db.t4g.small"`,
		`  instance.database: Invalid value: "my-db": must be at most 63 of a-z, 0-9 and '_', begin with a letter and not be rdsadmin, template0, template1`,
		`  instance.engineVersion: Invalid value: "9.6": must be PostgreSQL 16 or 17, as a major version ("17") or a full one ("17.6")`,
		`  instance.identifier: Invalid value: "Db--1": must be at most 63 of a-z, 0-9 and single '-', begin with a letter and not end with '-'`,
		`  instance.username: Invalid value: "admin": must be at most 63 of a-z, 0-9 and '_', begin with a letter and not be admin, rdsadmin, rdsrepladmin, user or begin with pg_`,
		`  logRetentionDays: Invalid value: 31: must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653`,
		`  maintenanceWindow: Invalid value: "Sunday": must be "ddd:hh:mm-ddd:hh:mm" in UTC and lower case`,
		`  network.subnetIds: Required value: at least two database subnets in different zones`,
		`  network.vpcId: Required value: the VPC of the database subnets`,
		`  partition: Unsupported value: "azure": supported values: "aws", "aws-cn", "aws-us-gov"`,
		`  region: Invalid value: "here": must be an AWS region such as eu-west-1`,
		`  storage.allocatedStorage: Invalid value: 10: must be 20 to 65536 GiB`,
		`  storage.maxAllocatedStorage: Invalid value: 5: must be at least 10% above allocatedStorage (10) and at most 65536 GiB`,
	}, "\n"))
}

func TestSingleFaults(t *testing.T) {
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
			want:  `instance.identifier: Invalid value: "1db": must be at most 63 of a-z, 0-9 and single '-', begin with a letter and not end with '-'`,
		},
		"bad final snapshot": {
			change: func(a *metadatastore.Args) { a.Backup.FinalSnapshotIdentifier = "a--b" },
			want:   `backup.finalSnapshotIdentifier: Invalid value: "a--b": must be at most 255 letters, digits and single '-', begin with a letter and not end with '-'`,
		},
		"no backups": {
			change: func(a *metadatastore.Args) { a.Backup.RetentionDays = -1 },
			want:   "backup.retentionDays: Invalid value: -1: must be 1 to 35 days",
		},
		"less than a tenth of room": {
			change: func(a *metadatastore.Args) {
				a.Storage = metadatastore.Storage{AllocatedStorage: 100, MaxAllocatedStorage: 109}
			},
			want: "storage.maxAllocatedStorage: Invalid value: 109: must be at least 10% above allocatedStorage (100) and at most 65536 GiB",
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

func TestWindows(t *testing.T) {
	t.Parallel()
	const tooShort = "must be at least 30 minutes long"
	for name, test := range map[string]struct{ backup, maintenance, want string }{
		"apart":                       {"03:00-03:30", "sun:03:30-sun:04:00", ""},
		"maintenance first":           {"03:00-03:30", "sun:02:30-sun:03:00", ""},
		"backup over midnight":        {"23:45-00:15", "mon:00:15-mon:00:45", ""},
		"maintenance over the week":   {"01:00-02:00", "sun:23:30-mon:00:30", ""},
		"backup too short":            {"03:00-03:29", "sun:04:00-sun:05:00", `backup.window: Invalid value: "03:00-03:29": ` + tooShort},
		"maintenance too short":       {"03:00-04:00", "sun:05:00-sun:05:00", `maintenanceWindow: Invalid value: "sun:05:00-sun:05:00": ` + tooShort},
		"maintenance too long":        {"03:00-04:00", "mon:05:00-tue:05:01", `maintenanceWindow: Invalid value: "mon:05:00-tue:05:01": must not be longer than 24 hours`},
		"hour that is not":            {"24:00-01:00", "sun:04:00-sun:05:00", `backup.window: Invalid value: "24:00-01:00": must be "hh:mm-hh:mm" in UTC`},
		"upper case":                  {"03:00-04:00", "Sun:05:00-Sun:06:00", `maintenanceWindow: Invalid value: "Sun:05:00-Sun:06:00": must be "ddd:hh:mm-ddd:hh:mm" in UTC and lower case`},
		"overlap":                     {"03:00-04:00", "wed:03:59-wed:05:00", `maintenanceWindow: Invalid value: "wed:03:59-wed:05:00": must not overlap backup.window (03:00-04:00)`},
		"overlap over midnight":       {"23:45-00:15", "mon:00:10-mon:00:45", `maintenanceWindow: Invalid value: "mon:00:10-mon:00:45": must not overlap backup.window (23:45-00:15)`},
		"overlap over the week's end": {"00:15-00:45", "sun:23:30-mon:00:30", `maintenanceWindow: Invalid value: "sun:23:30-mon:00:30": must not overlap backup.window (00:15-00:45)`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := valid.MetadataStore()
			args.Backup.Window, args.MaintenanceWindow = test.backup, test.maintenance
			err := faultOf(t, "db", args)
			if test.want == "" {
				assert.NoError(t, err)
				return
			}
			assert.EqualError(t, err, `metadata store "db": `+test.want)
		})
	}
}
