package cluster

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/faults"
)

var (
	namePattern    = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$`)
	accountPattern = regexp.MustCompile(`^[0-9]{12}$`)
	regionPattern  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
	versionPattern = regexp.MustCompile(`^1\.([0-9]{1,3})$`)
	addonPattern   = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+-eksbuild\.[0-9]+$`)
	principal      = regexp.MustCompile(`^arn:([a-z-]+):iam::([0-9]{12}):(role|user)/(?:[^/]+/)*([^/]+)$`)
)

var partitions = []string{"aws", "aws-cn", "aws-us-gov"}

// retentionDays are the values CloudWatch Logs accepts.
var retentionDays = []int{
	1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

// privateRanges are those of RFC 1918; EKS takes service addresses from no other.
var privateRanges = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
}

// Limits of EKS on prefix lengths, and ours on public ranges.
const (
	serviceBitsMin, serviceBitsMax = 12, 24
	publicBitsMin                  = 8
	keyDaysMin, keyDaysMax         = 7, 30
)

func (a *Args) validate() error {
	var list field.ErrorList
	list = append(list, a.validateIdentity()...)
	list = append(list, a.validateNetwork()...)
	list = append(list, a.validatePrincipals()...)
	list = append(list, a.validateRetention()...)
	list = append(list, validateVersions("addonVersions", a.AddonVersions, StageOneAddons())...)
	return faults.ToError("", list)
}

func (a *Args) validateIdentity() field.ErrorList {
	var list field.ErrorList
	match := func(path, value string, pattern *regexp.Regexp, rule string) {
		if !pattern.MatchString(value) {
			list = append(list, field.Invalid(field.NewPath(path), value, rule))
		}
	}
	match("name", a.Name, namePattern, "must be 1 to 100 letters, digits, - and _, starting with a letter or digit")
	match("accountId", a.AccountID, accountPattern, "must be a 12-digit AWS account id")
	match("region", a.Region, regionPattern, "must be an AWS region such as eu-west-1")
	if !slices.Contains(partitions, a.Partition) {
		list = append(list, field.NotSupported(field.NewPath("partition"), a.Partition, partitions))
	}
	rule := fmt.Sprintf("must be a Kubernetes minor version of at least 1.%d", MinimumMinor)
	if minor := versionPattern.FindStringSubmatch(a.Version); minor == nil || number(minor[1]) < MinimumMinor {
		list = append(list, field.Invalid(field.NewPath("version"), a.Version, rule))
	}
	if a.CredentialRoleARN != "" && !isPrincipal(a.CredentialRoleARN, a.Partition, "role") {
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
	vpc, vpcFault := parseIPv4("vpcCidr", a.VPCCIDR)
	service, serviceFault := parseIPv4("serviceCidr", a.ServiceCIDR)
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
	private := slices.ContainsFunc(privateRanges, func(r netip.Prefix) bool {
		return r.Bits() <= service.Bits() && r.Contains(service.Addr())
	})
	if !private {
		list = append(list, field.Invalid(path, service.String(), "must lie in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16"))
	}
	return list
}

func (a *Args) validatePublicAccess() field.ErrorList {
	var list field.ErrorList
	for i, cidr := range a.PublicAccessCIDRs {
		path := field.NewPath("publicAccessCidrs").Index(i)
		prefix, fault := parseIPv4(path.String(), cidr)
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
			if !isPrincipal(arn, a.Partition, "role", "user") {
				list = append(list, field.Invalid(path.Index(i), arn,
					"must be the ARN of an IAM role or user in partition "+a.Partition+" (not of a session, a group or the account root)"))
			} else if key := principalKey(arn); seen.Has(key) {
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
	var list field.ErrorList
	if !slices.Contains(retentionDays, a.LogRetentionDays) {
		list = append(list, field.Invalid(field.NewPath("logRetentionDays"), a.LogRetentionDays,
			fmt.Sprintf("must be one of %v", retentionDays)))
	}
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

// parseIPv4 accepts only the canonical form, because EKS stores that and the
// next preview would show a difference.
func parseIPv4(path, cidr string) (netip.Prefix, field.ErrorList) {
	prefix, err := netip.ParsePrefix(cidr)
	if err != nil || !prefix.Addr().Is4() || prefix.Masked() != prefix {
		return netip.Prefix{}, field.ErrorList{
			field.Invalid(field.NewPath(path), cidr, "must be an IPv4 range without host bits, such as 10.0.0.0/16"),
		}
	}
	return prefix, nil
}

func isPrincipal(arn, partition string, kinds ...string) bool {
	parts := principal.FindStringSubmatch(arn)
	return parts != nil && parts[1] == partition && slices.Contains(kinds, parts[3])
}

// principalKey identifies a principal by account, kind and name: IAM names are
// unique in an account whatever their path and case.
func principalKey(arn string) string {
	parts := principal.FindStringSubmatch(arn)
	return strings.ToLower(parts[2] + "-" + parts[3] + "-" + parts[4])
}

func number(digits string) int {
	value, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return value
}
