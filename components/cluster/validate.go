package cluster

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/components/internal/known"
	"github.com/mlops-iac/mlops/internal/awsenv"
	"github.com/mlops-iac/mlops/internal/faults"
	"github.com/mlops-iac/mlops/internal/ipv4"
	"github.com/mlops-iac/mlops/internal/tags"
)

var (
	namePattern  = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$`)
	addonPattern = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+-eksbuild\.[0-9]+$`)
)

// Limits of EKS on prefix lengths, and ours on public ranges.
const (
	serviceBitsMin, serviceBitsMax = 12, 24
	publicBitsMin, publicRangesMax = 8, 40
	keyDaysMin, keyDaysMax         = 7, 30
	// minSubnets is two, because EKS wants two zones.
	minSubnets = 2
)

// maxNameLength and maxAddonsName are what IAM's 64 characters leave for the
// names of the components in those of the longest roles of add-ons,
// "<name>-vpc-cni-role-<7 random characters>" and the EBS driver's.
const (
	maxNameLength = 64 - len("-"+VPCCNI+"-role") - 8
	maxAddonsName = 64 - len("-"+EBSCSIDriver+"-role") - 8
)

func checkName(name string, limit int) field.ErrorList {
	if len(name) <= limit {
		return nil
	}
	return field.ErrorList{field.TooLong(field.NewPath("name"), name, limit)}
}

func (a *Args) validate(name string) error {
	list := checkName(name, maxNameLength)
	list = append(list, tags.Check(field.NewPath("tags"), a.Tags)...)
	list = append(list, a.validateIdentity()...)
	list = append(list, a.validateNetwork()...)
	list = append(list, a.validatePrincipals()...)
	list = append(list, a.validateRetention()...)
	list = append(list, validateVersions("addonVersions", a.AddonVersions, StageOneAddons())...)
	return faults.ToError("", list)
}

func (a *Args) validateIdentity() field.ErrorList {
	list := a.place().Check()
	if !namePattern.MatchString(a.Name) {
		list = append(list, field.Invalid(field.NewPath("name"), a.Name,
			"must be 1 to 100 letters, digits, - and _, starting with a letter or digit"))
	}
	rule := fmt.Sprintf("must be a Kubernetes minor version of at least 1.%d", MinimumMinor)
	if minor, ok := awsenv.KubernetesMinor(a.Version); !ok || minor < MinimumMinor {
		list = append(list, field.Invalid(field.NewPath("version"), a.Version, rule))
	}
	if a.CredentialRoleARN != "" && !a.isPrincipal(a.CredentialRoleARN, "role") {
		list = append(list, field.Invalid(field.NewPath("credentialRoleArn"), a.CredentialRoleARN,
			"must be the ARN of an IAM role in partition "+a.Partition))
	}
	return list
}

func (a *Args) validateNetwork() field.ErrorList {
	var list field.ErrorList
	if a.VPCID == nil {
		list = append(list, field.Required(field.NewPath("vpcId"), "the VPC the cluster lives in"))
	}
	if a.PrivateSubnetIDs == nil {
		list = append(list, field.Required(field.NewPath("privateSubnetIds"), "private subnets in at least two zones"))
	}
	list = append(list, known.ID(field.NewPath("vpcId"), "vpc-", a.VPCID)...)
	list = append(list, known.IDs(field.NewPath("privateSubnetIds"), "subnet-", a.PrivateSubnetIDs)...)
	list = append(list, known.AtLeast(field.NewPath("privateSubnetIds"), minSubnets, a.PrivateSubnetIDs)...)
	vpc, vpcFault := ipv4.Parse(field.NewPath("vpcCidr"), a.VPCCIDR)
	service, serviceFault := ipv4.Parse(field.NewPath("serviceCidr"), a.ServiceCIDR)
	list = append(list, vpcFault...)
	list = append(list, serviceFault...)
	if serviceFault == nil {
		list = append(list, validateService(service)...)
	}
	if vpcFault == nil && serviceFault == nil && service.Overlaps(vpc) {
		list = append(list, field.Invalid(field.NewPath("serviceCidr"), a.ServiceCIDR, "must not overlap vpcCidr ("+a.VPCCIDR+")"))
	}
	return append(list, a.validatePublicAccess()...)
}

func validateService(service netip.Prefix) field.ErrorList {
	path := field.NewPath("serviceCidr")
	var list field.ErrorList
	if bits := service.Bits(); bits < serviceBitsMin || bits > serviceBitsMax {
		list = append(list, field.Invalid(path, service.String(),
			fmt.Sprintf("must be between /%d and /%d", serviceBitsMin, serviceBitsMax)))
	}
	list = append(list, ipv4.CheckPrivate(path, service)...)
	return list
}

func (a *Args) validatePublicAccess() field.ErrorList {
	var list field.ErrorList
	if have := len(a.PublicAccessCIDRs); have > publicRangesMax {
		list = append(list, field.TooMany(field.NewPath("publicAccessCidrs"), have, publicRangesMax))
	}
	for i, cidr := range a.PublicAccessCIDRs {
		path := field.NewPath("publicAccessCidrs").Index(i)
		prefix, fault := ipv4.Parse(path, cidr)
		if fault == nil {
			list = append(list, ipv4.CheckPublic(path, prefix)...)
		}
		if list = append(list, fault...); fault == nil && prefix.Bits() < publicBitsMin {
			list = append(list, field.Invalid(path, cidr,
				fmt.Sprintf("must be /%d or narrower: the Kubernetes API must not be open to the internet", publicBitsMin)))
		}
		if slices.Contains(a.PublicAccessCIDRs[:i], cidr) {
			list = append(list, field.Duplicate(path, cidr))
		}
	}
	return list
}

func (a *Args) validatePrincipals() field.ErrorList {
	var list field.ErrorList
	seen := sets.New[string]()
	check := func(path *field.Path, arns []string) {
		for i, arn := range arns {
			if !a.isPrincipal(arn, "role", "user") {
				list = append(list, field.Invalid(path.Index(i), arn,
					"must be the ARN of an IAM role or user in partition "+a.Partition+" (not of a session, a group or the account root)"))
			} else if key := awsenv.PrincipalKey(arn); seen.Has(key) {
				list = append(list, field.Duplicate(path.Index(i), arn))
			} else {
				seen.Insert(key)
			}
		}
	}
	admins := field.NewPath("adminPrincipalArns")
	if len(a.AdminPrincipalARNs) < MinimumAdmins {
		list = append(list, field.Required(admins, fmt.Sprintf(
			"at least %d IAM roles or users must administer the cluster, the one that deploys among them; have %d",
			MinimumAdmins, len(a.AdminPrincipalARNs))))
	}
	check(admins, a.AdminPrincipalARNs)
	check(field.NewPath("viewerPrincipalArns"), a.ViewerPrincipalARNs)
	return list
}

func (a *Args) validateRetention() field.ErrorList {
	list := awsenv.CheckLogRetention(field.NewPath("logRetentionDays"), a.LogRetentionDays)
	if days := a.SecretsKeyDeletionDays; days < keyDaysMin || days > keyDaysMax {
		list = append(list, field.Invalid(field.NewPath("secretsKeyDeletionDays"), days,
			fmt.Sprintf("must be between %d and %d", keyDaysMin, keyDaysMax)))
	}
	return list
}

func validateVersions(root string, versions map[string]string, addons []string) field.ErrorList {
	var list field.ErrorList
	for addon, version := range versions {
		path := field.NewPath(root).Key(addon)
		if !slices.Contains(addons, addon) {
			list = append(list, field.NotSupported(path, addon, addons))
		} else if !addonPattern.MatchString(version) {
			list = append(list, field.Invalid(path, version, "must be an EKS add-on version such as v1.20.4-eksbuild.2"))
		}
	}
	return list
}

func (a *Args) isPrincipal(arn string, kinds ...string) bool {
	principal, ok := awsenv.ParsePrincipal(arn)
	return ok && principal.Partition == a.Partition && slices.Contains(kinds, principal.Kind)
}
