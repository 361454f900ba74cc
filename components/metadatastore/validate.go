package metadatastore

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/known"
	"github.com/mlops-iac/mlops/internal/shared/tags"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

const (
	// maxNameLength is what IAM's 64 characters leave for the component's name in
	// "<name>-monitoring-<7 random characters>".
	maxNameLength = 64 - len("-monitoring") - 8
	// minSubnets is two, because a subnet group of RDS spans two zones.
	minSubnets = 2
)

var (
	identifierPattern = regexp.MustCompile(`^[a-z](-?[a-z0-9])*$`)
	snapshotPattern   = regexp.MustCompile(`^[a-zA-Z](-?[a-zA-Z0-9])*$`)
	sqlNamePattern    = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)
)

// reservedUsers are names PostgreSQL on RDS refuses for the master user: its own
// roles, and words of SQL.
func reservedUsers() []string { return []string{"admin", "rdsadmin", "rdsrepladmin", "user"} }

// reservedDatabases are names PostgreSQL on RDS refuses for a database.
func reservedDatabases() []string { return []string{"rdsadmin", "template0", "template1"} }

// reservedPrefix begins the roles of PostgreSQL itself, which nobody may make.
const reservedPrefix = "pg_"

// validate checks the plain arguments and reports all errors at once.
func (a *Args) validate(name string) error {
	var list field.ErrorList
	if len(name) > maxNameLength {
		list = append(list, field.TooLong(field.NewPath("name"), name, maxNameLength))
	}
	list = append(list, a.place().Check()...)
	list = append(list, tags.Check(field.NewPath("tags"), a.Tags)...)
	list = append(list, a.validateAccess()...)
	list = append(list, a.MetadataStore.Check(nil)...)
	list = append(list, a.MetadataStore.CheckAuthority(nil, a.Region)...)
	list = append(list, a.validateNames()...)
	return validation.ToError("", list)
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

func (a *Args) validateNames() field.ErrorList {
	var list field.ErrorList
	if !identifierPattern.MatchString(a.Identifier) || len(a.Identifier) > maxIdentifierLength {
		list = append(list, field.Invalid(field.NewPath("identifier"), a.Identifier,
			"must be at most 63 of a-z, 0-9 and single '-', begin with a letter and not end with '-'"))
	}
	if !sqlNamePattern.MatchString(a.Database) || slices.Contains(reservedDatabases(), a.Database) {
		list = append(list, field.Invalid(field.NewPath("database"), a.Database,
			"must be at most 63 of a-z, 0-9 and '_', begin with a letter and not be "+strings.Join(reservedDatabases(), ", ")))
	}
	if !sqlNamePattern.MatchString(a.Username) || slices.Contains(reservedUsers(), a.Username) ||
		strings.HasPrefix(a.Username, reservedPrefix) {
		list = append(list, field.Invalid(field.NewPath("username"), a.Username,
			"must be at most 63 of a-z, 0-9 and '_', begin with a letter and not be "+strings.Join(reservedUsers(), ", ")+" or begin with "+reservedPrefix))
	}
	return append(list, a.validateFinalSnapshot(field.NewPath("finalSnapshotPrefix"))...)
}

func (a *Args) validateFinalSnapshot(final *field.Path) field.ErrorList {
	var list field.ErrorList
	switch {
	case a.SkipFinalSnapshot && a.FinalSnapshotPrefix != "":
		list = append(list, field.Forbidden(final, "contradicts skipFinalSnapshot"))
	case !a.SkipFinalSnapshot && (!snapshotPattern.MatchString(a.FinalSnapshotPrefix) || len(a.FinalSnapshotPrefix) > maxSnapshotPrefixLength):
		list = append(list, field.Invalid(final, a.FinalSnapshotPrefix, fmt.Sprintf(
			"must be at most %d letters, digits and single '-', begin with a letter and not end with '-'", maxSnapshotPrefixLength)))
	}
	return list
}
