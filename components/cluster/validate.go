package cluster

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/cluster/spec"
	"github.com/mlops-iac/mlops/components/internal/known"
	"github.com/mlops-iac/mlops/internal/shared/awsenv"
	"github.com/mlops-iac/mlops/internal/shared/names"
	"github.com/mlops-iac/mlops/internal/shared/tags"
	"github.com/mlops-iac/mlops/internal/shared/validation"
)

var namePattern = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$`)

const (
	// keyDaysMin and keyDaysMax are the limits of KMS.
	keyDaysMin, keyDaysMax = 7, 30
	// minSubnets is two, because EKS wants two zones.
	minSubnets = 2
)

// maxNameLength and maxAddonsName are what IAM's 64 characters leave for the
// names of the components in those of the longest roles of add-ons,
// "<name>-vpc-cni-role-<7 random characters>" and the EBS driver's.
const (
	maxNameLength = 64 - len("-"+spec.VPCCNI+"-role") - 8
	maxAddonsName = 64 - len("-"+spec.EBSCSIDriver+"-role") - 8
)

func checkName(name string, limit int) field.ErrorList {
	if len(name) <= limit {
		return nil
	}
	return field.ErrorList{field.TooLong(field.NewPath("name"), name, limit)}
}

func (a *Args) validate(name string) error {
	return validation.ToError("", slices.Concat(
		checkName(name, maxNameLength), a.Cluster.Check(nil, a.place()), a.CheckVPC(nil, "vpcCidr", a.VPCCIDR),
		a.validateIdentity(), a.validateGroups(), a.validateNetwork(), tags.Check(field.NewPath("tags"), a.Tags),
	))
}

func (a *Args) validateIdentity() field.ErrorList {
	list := a.place().Check()
	if !namePattern.MatchString(a.Name) {
		list = append(list, field.Invalid(field.NewPath("name"), a.Name,
			"must be 1 to 100 letters, digits, - and _, starting with a letter or digit"))
	}
	if a.CredentialRoleARN != "" {
		list = append(list, a.place().CheckPrincipal(field.NewPath("credentialRoleArn"), a.CredentialRoleARN, "role")...)
	}
	return append(list, validation.Between(field.NewPath("secretsKeyDeletionDays"), a.SecretsKeyDeletionDays, keyDaysMin, keyDaysMax)...)
}

// validateGroups reports principals that cannot have an entry, and those that
// have one already: EKS keeps one for each.
func (a *Args) validateGroups() field.ErrorList {
	var list field.ErrorList
	seen := map[string]bool{}
	for _, arn := range slices.Concat(a.AdminPrincipalARNs, a.ViewerPrincipalARNs) {
		seen[awsenv.PrincipalKey(arn)] = true
	}
	for _, arn := range slices.Sorted(maps.Keys(a.PrincipalGroups)) {
		path := field.NewPath("principalGroups").Key(arn)
		if wrong := a.place().CheckPrincipal(path, arn, "role", "user"); len(wrong) > 0 {
			list = append(list, wrong...)
			continue
		}
		if seen[awsenv.PrincipalKey(arn)] {
			list = append(list, field.Duplicate(path, arn))
		}
		seen[awsenv.PrincipalKey(arn)] = true
		groups := a.PrincipalGroups[arn]
		list = append(list, validation.Unique(path, groups)...)
		if len(groups) == 0 {
			list = append(list, field.Required(path, "at least one Kubernetes group"))
		}
		for i, group := range groups {
			if group == "" {
				list = append(list, field.Required(path.Index(i), "the name of a group"))
			}
			if wrong := names.CheckGroup(group); wrong != "" {
				list = append(list, field.Invalid(path.Index(i), group, wrong))
			}
		}
	}
	return list
}

func (a *Args) validateNetwork() field.ErrorList {
	vpc, subnets := field.NewPath("vpcId"), field.NewPath("privateSubnetIds")
	_, list := awsenv.ParseCIDR(field.NewPath("vpcCidr"), a.VPCCIDR)
	if a.VPCID == nil {
		list = append(list, field.Required(vpc, "the VPC the cluster lives in"))
	}
	if a.PrivateSubnetIDs == nil {
		list = append(list, field.Required(subnets, "private subnets in at least two zones"))
	}
	list = append(list, a.validateZones()...)
	return slices.Concat(list, known.ID(vpc, "vpc-", a.VPCID), known.IDs(subnets, "subnet-", a.PrivateSubnetIDs),
		known.AtLeast(subnets, minSubnets, a.PrivateSubnetIDs))
}

// validateZones checks what the subnets in the zones are picked by.
func (a *Args) validateZones() field.ErrorList {
	zones, subnets := field.NewPath("subnetZones"), field.NewPath("privateSubnetIds")
	if len(a.Zones) > 0 && len(a.SubnetZones) == 0 {
		return field.ErrorList{field.Required(zones, "the zones of privateSubnetIds: the control plane is in some of them")}
	}
	list := a.CheckZones(nil, zones.String(), a.SubnetZones)
	if plain, ok := a.PrivateSubnetIDs.(pulumi.StringArray); ok && len(a.SubnetZones) > 0 && len(plain) != len(a.SubnetZones) {
		list = append(list, field.Invalid(subnets, len(plain), fmt.Sprintf("must be one per zone (%d)", len(a.SubnetZones))))
	}
	return list
}
