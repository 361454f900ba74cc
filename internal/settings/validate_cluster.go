package settings

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/mlops-iac/mlops/internal/awsenv"
	"github.com/mlops-iac/mlops/internal/ipv4"
)

// minAdmins is two, so that one lost or misspelt principal locks nobody out.
const minAdmins = 2

// maxPublicRanges is EKS's quota of ranges that may reach a public endpoint.
const maxPublicRanges = 40

var addonPattern = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+-eksbuild\.[0-9]+$`)

// eksAddons are the EKS add-ons the platform installs.
var eksAddons = []string{
	"aws-ebs-csi-driver", "coredns", "eks-pod-identity-agent", "kube-proxy", "metrics-server", "vpc-cni",
}

func (k Cluster) validate(c *checker, at *field.Path, aws AWS) {
	if minor, ok := awsenv.KubernetesMinor(k.Version); !ok || minor < MinimumKubernetesMinor {
		c.add(field.Invalid(at.Child("version"), k.Version,
			fmt.Sprintf("must be a Kubernetes minor version of at least 1.%d", MinimumKubernetesMinor)))
	}
	k.validatePrincipals(c, at, aws)
	k.validatePublicAccess(c, at.Child("publicAccessCidrs"))
	if service, ok := c.prefix(at.Child("serviceCidr"), k.ServiceCIDR); ok {
		if service.Bits() < minServiceBits || service.Bits() > maxServiceBits {
			c.add(field.Invalid(at.Child("serviceCidr"), k.ServiceCIDR,
				fmt.Sprintf("must be /%d to /%d", minServiceBits, maxServiceBits)))
		}
		c.private(at.Child("serviceCidr"), service)
	}
	c.retention(at.Child("logRetentionDays"), k.LogRetentionDays)
	always(c, at.Child("upgradePolicy"), k.UpgradePolicy)
	for addon, version := range k.AddonVersions {
		entry := at.Child("addonVersions").Key(addon)
		switch {
		case !slices.Contains(eksAddons, addon):
			c.add(field.NotSupported(entry, addon, eksAddons))
		case !addonPattern.MatchString(version):
			c.add(field.Invalid(entry, version, "must be an EKS add-on version such as v1.20.4-eksbuild.2"))
		}
	}
}

func (k Cluster) validatePrincipals(c *checker, at *field.Path, aws AWS) {
	admins := at.Child("adminPrincipalArns")
	if have := len(k.AdminPrincipalARNs); have > 0 && have < minAdmins {
		c.add(field.Required(admins, fmt.Sprintf("at least %d IAM roles or users must administer the cluster; have %d",
			minAdmins, have)))
	}
	if aws.DeployRoleARN != "" && len(k.AdminPrincipalARNs) > 0 && !slices.Contains(k.AdminPrincipalARNs, aws.DeployRoleARN) {
		c.add(field.Required(admins, fmt.Sprintf("must contain aws.deployRoleArn (%s), or the deployment cannot reach its own cluster", aws.DeployRoleARN)))
	}
	seen := map[string]bool{}
	check := func(at *field.Path, arns []string) {
		for i, arn := range arns {
			if !c.principal(at.Index(i), arn, aws, "role", "user") {
				continue
			}
			key := awsenv.PrincipalKey(arn)
			if seen[key] {
				c.add(field.Duplicate(at.Index(i), arn))
			}
			seen[key] = true
		}
	}
	check(admins, k.AdminPrincipalARNs)
	check(at.Child("viewerPrincipalArns"), k.ViewerPrincipalARNs)
}

// principal checks the ARN of an IAM role or user of the stack's own account.
func (c *checker) principal(at *field.Path, arn string, aws AWS, kinds ...string) bool {
	principal, ok := awsenv.ParsePrincipal(arn)
	switch {
	case !ok || !slices.Contains(kinds, principal.Kind):
		c.add(field.Invalid(at, arn, fmt.Sprintf("must be the ARN of an IAM %s, not of a session, a group or the account itself", strings.Join(kinds, " or "))))
	case principal.Partition != string(aws.ownPartition()):
		c.add(field.Invalid(at, arn, fmt.Sprintf("must be in partition %s", aws.ownPartition())))
	case awsenv.IsAccountID(aws.AccountID) && principal.AccountID != aws.AccountID:
		c.add(field.Invalid(at, arn, fmt.Sprintf("must be in aws.accountId (%s)", aws.AccountID)))
	default:
		return true
	}
	return false
}

func (k Cluster) validatePublicAccess(c *checker, at *field.Path) {
	c.unique(at, k.PublicAccessCIDRs)
	if len(k.PublicAccessCIDRs) > maxPublicRanges {
		c.add(field.TooMany(at, len(k.PublicAccessCIDRs), maxPublicRanges))
	}
	for i, cidr := range k.PublicAccessCIDRs {
		prefix, ok := c.prefix(at.Index(i), cidr)
		if ok && prefix.Bits() < minPublicBits {
			c.add(field.Invalid(at.Index(i), cidr,
				fmt.Sprintf("must be /%d or narrower: the Kubernetes API must not be open to the internet", minPublicBits)))
		}
		if ok {
			c.add(ipv4.CheckPublic(at.Index(i), prefix)...)
		}
	}
}

// number reads the digits a pattern has already found.
func number(digits string) int {
	value, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return value
}

// overlap says whether two ranges, if both are valid, share addresses.
func overlap(a, b string) bool {
	one, errOne := netip.ParsePrefix(a)
	two, errTwo := netip.ParsePrefix(b)
	return errOne == nil && errTwo == nil && one.Overlaps(two)
}
