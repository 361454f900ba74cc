package metadatastore

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/known"
	"github.com/mlops-iac/mlops/internal/awsenv"
	"github.com/mlops-iac/mlops/internal/faults"
	"github.com/mlops-iac/mlops/internal/tags"
)

const (
	// maxNameLength is what IAM's 64 characters leave for the component's name in
	// "<name>-monitoring-<7 random characters>".
	maxNameLength = 64 - len("-monitoring") - 8
	// minStorage and maxStorage, in GiB, are what RDS offers on gp3.
	minStorage = 20
	maxStorage = 65536
	maxBackup  = 35
	// minSubnets is two, because a subnet group of RDS spans two zones.
	minSubnets = 2
)

var (
	identifierPattern = regexp.MustCompile(`^[a-z](-?[a-z0-9])*$`)
	snapshotPattern   = regexp.MustCompile(`^[a-zA-Z](-?[a-zA-Z0-9])*$`)
	versionPattern    = regexp.MustCompile(`^(16|17)(\.[0-9]+)?$`)
	sqlNamePattern    = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)
)

// reservedUsers are names PostgreSQL on RDS refuses for the master user: its own
// roles, and words of SQL.
func reservedUsers() []string { return []string{"admin", "rdsadmin", "rdsrepladmin", "user"} }

// reservedDatabases are names PostgreSQL on RDS refuses for a database.
func reservedDatabases() []string { return []string{"rdsadmin", "template0", "template1"} }

// reservedPrefix begins the roles of PostgreSQL itself, which nobody may make.
const reservedPrefix = "pg_"

// validate checks the plain arguments and reports all faults at once.
func (a *Args) validate(name string) error {
	var list field.ErrorList
	if len(name) > maxNameLength {
		list = append(list, field.TooLong(field.NewPath("name"), name, maxNameLength))
	}
	list = append(list, a.place().Check()...)
	list = append(list, tags.Check(field.NewPath("tags"), a.Tags)...)
	list = append(list, a.validateAccess()...)
	list = append(list, a.Instance.validate(field.NewPath("instance"))...)
	list = append(list, a.Storage.validate(field.NewPath("storage"))...)
	list = append(list, a.Backup.validate(field.NewPath("backup"))...)
	list = append(list, a.validateWindows()...)
	list = append(list, awsenv.CheckLogRetention(field.NewPath("logRetentionDays"), a.LogRetentionDays)...)
	return faults.ToError("", list)
}

func (a *Args) validateAccess() field.ErrorList {
	var list field.ErrorList
	place := field.NewPath("network")
	if a.Network.VPCID == nil {
		list = append(list, field.Required(place.Child("vpcId"), "the VPC of the database subnets"))
	}
	if a.Network.SubnetIDs == nil {
		list = append(list, field.Required(place.Child("subnetIds"), "at least two database subnets in different zones"))
	}
	list = append(list, known.ID(place.Child("vpcId"), "vpc-", a.Network.VPCID)...)
	list = append(list, known.IDs(place.Child("subnetIds"), "subnet-", a.Network.SubnetIDs)...)
	list = append(list, known.AtLeast(place.Child("subnetIds"), minSubnets, a.Network.SubnetIDs)...)
	list = append(list, known.IDs(field.NewPath("allowedSecurityGroupIds"), "sg-", pulumi.StringArray(a.AllowedSecurityGroupIDs))...)
	for i, group := range a.AllowedSecurityGroupIDs {
		if group == nil {
			list = append(list, field.Required(field.NewPath("allowedSecurityGroupIds").Index(i), "a security group id"))
		}
	}
	return list
}

func (i Instance) validate(path *field.Path) field.ErrorList {
	var list field.ErrorList
	if !identifierPattern.MatchString(i.Identifier) || len(i.Identifier) > maxIdentifierLength {
		list = append(list, field.Invalid(path.Child("identifier"), i.Identifier,
			"must be at most 63 of a-z, 0-9 and single '-', begin with a letter and not end with '-'"))
	}
	if !versionPattern.MatchString(i.EngineVersion) {
		list = append(list, field.Invalid(path.Child("engineVersion"), i.EngineVersion,
			`must be PostgreSQL 16 or 17, as a major version ("17") or a full one ("17.6")`))
	}
	if !awsenv.IsDatabaseClass(i.Class) {
		list = append(list, field.Invalid(path.Child("class"), i.Class, `must be an RDS instance class such as "db.t4g.small"`))
	}
	if !sqlNamePattern.MatchString(i.Database) || slices.Contains(reservedDatabases(), i.Database) {
		list = append(list, field.Invalid(path.Child("database"), i.Database,
			"must be at most 63 of a-z, 0-9 and '_', begin with a letter and not be "+strings.Join(reservedDatabases(), ", ")))
	}
	if !sqlNamePattern.MatchString(i.Username) || slices.Contains(reservedUsers(), i.Username) ||
		strings.HasPrefix(i.Username, reservedPrefix) {
		list = append(list, field.Invalid(path.Child("username"), i.Username,
			"must be at most 63 of a-z, 0-9 and '_', begin with a letter and not be "+strings.Join(reservedUsers(), ", ")+" or begin with "+reservedPrefix))
	}
	return list
}

func (s Storage) validate(path *field.Path) field.ErrorList {
	var list field.ErrorList
	if s.AllocatedStorage < minStorage || s.AllocatedStorage > maxStorage {
		list = append(list, field.Invalid(path.Child("allocatedStorage"), s.AllocatedStorage,
			fmt.Sprintf("must be %d to %d GiB", minStorage, maxStorage)))
	}
	// RDS asks for a tenth of room, compared here without rounding.
	if s.MaxAllocatedStorage*10 < s.AllocatedStorage*11 || s.MaxAllocatedStorage > maxStorage {
		list = append(list, field.Invalid(path.Child("maxAllocatedStorage"), s.MaxAllocatedStorage,
			fmt.Sprintf("must be at least 10%% above allocatedStorage (%d) and at most %d GiB", s.AllocatedStorage, maxStorage)))
	}
	return list
}

func (b Backup) validate(path *field.Path) field.ErrorList {
	var list field.ErrorList
	if b.RetentionDays < 1 || b.RetentionDays > maxBackup {
		list = append(list, field.Invalid(path.Child("retentionDays"), b.RetentionDays,
			fmt.Sprintf("must be 1 to %d days", maxBackup)))
	}
	final := path.Child("finalSnapshotIdentifier")
	switch {
	case b.SkipFinalSnapshot && b.FinalSnapshotIdentifier != "":
		list = append(list, field.Forbidden(final, "contradicts skipFinalSnapshot"))
	case !b.SkipFinalSnapshot && (!snapshotPattern.MatchString(b.FinalSnapshotIdentifier) || len(b.FinalSnapshotIdentifier) > maxSnapshotLength):
		list = append(list, field.Invalid(final, b.FinalSnapshotIdentifier,
			"must be at most 255 letters, digits and single '-', begin with a letter and not end with '-'"))
	}
	return list
}

func (a *Args) validateWindows() field.ErrorList {
	var list field.ErrorList
	backup, backupErr := parseBackupWindow(a.Backup.Window)
	if backupErr != nil {
		list = append(list, field.Invalid(field.NewPath("backup", "window"), a.Backup.Window, backupErr.Error()))
	}
	path := field.NewPath("maintenanceWindow")
	maintenance, err := parseMaintenanceWindow(a.MaintenanceWindow)
	switch {
	case err != nil:
		list = append(list, field.Invalid(path, a.MaintenanceWindow, err.Error()))
	case backupErr == nil && backup.overlaps(maintenance):
		list = append(list, field.Invalid(path, a.MaintenanceWindow,
			fmt.Sprintf("must not overlap backup.window (%s)", a.Backup.Window)))
	}
	return list
}
